package site

import "github.com/gin-gonic/gin"

// serveStatic sends a static file under its hashed name: GET /static/:file.
func (s *Site) serveStatic(c *gin.Context) error {
	if !s.static.Serve(c.Writer, c.Request, c.Param("file")) {
		return errNotFound
	}
	return nil
}
