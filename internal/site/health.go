package site

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// showAlive answers as long as the program runs: GET /livez. It depends on
// nothing, since restarting the site does not mend a database.
func (s *Site) showAlive(c *gin.Context) error {
	c.String(http.StatusOK, "alive\n")
	return nil
}

// showReady says whether to send visitors here: GET /readyz. Telegram is not
// asked: logins and sessions work without it.
func (s *Site) showReady(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 500*time.Millisecond)
	defer cancel()
	if err := s.cfg.Ready(ctx); err != nil {
		return fmt.Errorf("%w: %w", errNotReady, err)
	}
	c.String(http.StatusOK, "ready\n")
	return nil
}
