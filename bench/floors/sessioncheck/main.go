// Command sessioncheck is gin and what the site does to find out who is signed in,
// without anything around it: the rules of package auth, and the query of package
// users. The token stands in the address, in hexadecimal: taking it out of its
// cookie is measured with the signed-in page.
package main

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/users"
)

func main() {
	db, err := postgres.Open(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	sessions := &auth.Sessions{
		Users:    users.NewStore(db),
		Now:      time.Now,
		Lifetime: 720 * time.Hour,
		Idle:     168 * time.Hour,
		Log:      slog.New(slog.DiscardHandler),
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/:token", func(c *gin.Context) {
		var token auth.Token
		_, _ = hex.Decode(token[:], []byte(c.Param("token")))
		session, err := sessions.Find(c.Request.Context(), token)
		if err != nil || session.IsNobody() {
			c.String(http.StatusUnauthorized, "nobody")
			return
		}
		c.String(http.StatusOK, session.Account.Profile.FirstName)
	})
	server := http.Server{Addr: os.Getenv("LISTEN_ADDR"), Handler: r, ReadHeaderTimeout: time.Minute}
	if err := server.ListenAndServe(); err != nil {
		panic(err)
	}
}
