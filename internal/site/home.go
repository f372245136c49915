package site

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// showHome says what this is: GET /.
func (s *Site) showHome(c *gin.Context) error {
	if _, err := s.visitor(c); err != nil {
		return err
	}
	s.render(c, http.StatusOK, "home", homePage{page: s.newPage(c, siteName)})
	return nil
}
