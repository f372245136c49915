package e2e_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// deployProxy is one of the proxies, running with its shipped configuration.
type deployProxy struct {
	address string // As browsers know it, https.
	plain   string // The one that leads to it, http.
	program *program
	files   []string // Its logs, besides what it writes to standard error.
	// formsWait: a form is kept until a copy is known to be ready, as other requests
	// are. Caddy does so from 2.7 on; Debian 12 has 2.6, and compose.yml a newer one.
	formsWait bool
}

// logs are everything that the proxy has logged.
func (p deployProxy) logs(t *testing.T) string {
	t.Helper()
	written, _ := p.program.output.read()
	logs := []string{written}
	for _, file := range p.files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, string(content))
	}
	return strings.Join(logs, "")
}

// deployStartNginx starts nginx with nginx.conf. Only addresses, the name of the
// host and paths are this machine's.
func deployStartNginx(t *testing.T, copies [2]string) deployProxy {
	t.Helper()
	return deployStartChangedNginx(t, copies)
}

// deployStartChangedNginx does so with further changes, to see what they break.
func deployStartChangedNginx(t *testing.T, copies [2]string, changes ...string) deployProxy {
	t.Helper()
	nginx, folder, ports := deployTool(t, "nginx"), t.TempDir(), composeFreePorts(t, 2)
	certificate, key := deployCertificate(t, folder)
	deployChange(t, "nginx.conf", filepath.Join(folder, "site.conf"), append(changes,
		"listen 80", "listen 127.0.0.1:"+ports[0],
		"listen 443", "listen 127.0.0.1:"+ports[1],
		"127.0.0.1:8080", copies[0],
		"127.0.0.1:8081", copies[1],
		"/etc/letsencrypt/live/login.example.com/fullchain.pem", certificate,
		"/etc/letsencrypt/live/login.example.com/privkey.pem", key,
		"/var/log/nginx", folder,
		"https://login.example.com", "https://localhost:"+ports[1],
		"server_name login.example.com", "server_name localhost",
	)...)
	main := strings.ReplaceAll(`
		daemon off; master_process off; pid FOLDER/pid; error_log stderr info; user root;
		events {}
		http {
			access_log FOLDER/other.log;
			client_body_temp_path FOLDER/1; proxy_temp_path FOLDER/2; fastcgi_temp_path FOLDER/3;
			uwsgi_temp_path FOLDER/4; scgi_temp_path FOLDER/5;
			include FOLDER/site.conf;
		}`, "FOLDER", folder)
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(main), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-c", filepath.Join(folder, "nginx.conf"), "-e", "stderr"}
	deployRun(t, nginx, append([]string{"-t"}, args...)...)
	running, err := start(t, "getrlimit(RLIMIT_NOFILE)", nginx, args, nil)
	if err != nil {
		t.Fatal(err)
	}
	return deployProxy{
		address: "https://localhost:" + ports[1], plain: "http://localhost:" + ports[0], program: running, formsWait: true,
		files: []string{
			filepath.Join(folder, "telegram-login.access.log"), filepath.Join(folder, "telegram-login.error.log"),
			filepath.Join(folder, "other.log"),
		},
	}
}

// deployStartCaddy starts Caddy with Caddyfile. Only addresses are this machine's,
// and the certificate, since nobody would give it one.
func deployStartCaddy(t *testing.T, copies [2]string) deployProxy {
	t.Helper()
	caddy, folder, ports := deployTool(t, "caddy"), t.TempDir(), composeFreePorts(t, 2)
	certificate, key := deployCertificate(t, folder)
	file := filepath.Join(folder, "Caddyfile")
	deployChange(t, "Caddyfile", file,
		"\tadmin off\n", fmt.Sprintf("\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port %s\n\thttps_port %s\n", ports[0], ports[1]),
		"{$SITE_HOST} {\n", fmt.Sprintf("{$SITE_HOST} {\n\ttls %s %s\n", certificate, key),
		"site-1:8080", copies[0],
		"site-2:8080", copies[1],
	)
	running, err := start(t, "serving initial configuration", caddy, []string{"run", "--config", file, "--adapter", "caddyfile"},
		[]string{"SITE_HOST=localhost", "HOME=" + folder})
	if err != nil {
		t.Fatal(err)
	}
	return deployProxy{
		address: "https://localhost:" + ports[1], plain: "http://localhost:" + ports[0], program: running,
		formsWait: !strings.HasPrefix(strings.TrimPrefix(deployRun(t, caddy, "version"), "v"), "2.6."),
	}
}

// deployClientIP is where the browsers of these tests seem to be, and not where
// the proxies are.
const deployClientIP = "127.0.0.2"

// deployBrowser keeps cookies and follows no redirect.
func deployBrowser(t *testing.T, versions ...uint16) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(deployClientIP)}}
	transport := &http.Transport{
		DialContext:       dialer.DialContext,
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // Its certificate was made a moment ago.
	}
	if len(versions) > 0 {
		transport.TLSClientConfig.MinVersion, transport.TLSClientConfig.MaxVersion = versions[0], versions[0]
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
