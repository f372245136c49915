// Command onerow is the least that a page of a signed-in person can do: gin, and
// one row by its primary key through a pool of pgx, as the site opens it.
package main

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/telegram-login/internal/postgres"
)

const accountName = `
SELECT first_name
FROM accounts
WHERE id = $1`

func main() {
	db, err := postgres.Open(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/:id", func(c *gin.Context) {
		id, _ := strconv.ParseInt(c.Param("id"), 10, 64)
		var name string
		if err := db.QueryRow(c.Request.Context(), accountName, id).Scan(&name); err != nil {
			c.String(http.StatusInternalServerError, "no such row")
			return
		}
		c.String(http.StatusOK, name)
	})
	server := http.Server{Addr: os.Getenv("LISTEN_ADDR"), Handler: r, ReadHeaderTimeout: time.Minute}
	if err := server.ListenAndServe(); err != nil {
		panic(err)
	}
}
