package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// deploySite is a site in production form: two copies, each as the role that may
// change no table, behind a proxy with TLS.
type deploySite struct {
	proxy  deployProxy
	ports  []string
	copies [2]*program
	roles  deployRoles
	token  string
	key    string // Of the sessions.
}

// newDeploySite starts everything, with the proxy that startProxy starts.
func newDeploySite(t *testing.T, startProxy func(*testing.T, [2]string) deployProxy) *deploySite {
	t.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key) // Never fails, says crypto/rand.
	s := &deploySite{
		ports: composeFreePorts(t, 2),
		roles: newDeployRoles(t),
		token: "110201543:AAcanary_" + rand.Text(),
		key:   base64.StdEncoding.EncodeToString(key),
	}
	if output, err := deployMigrate(t, s.roles.owner); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	// The proxy first: its address is that of the site.
	s.proxy = startProxy(t, [2]string{"127.0.0.1:" + s.ports[0], "127.0.0.1:" + s.ports[1]})
	for i := range s.copies {
		s.startCopy(t, i)
	}
	return s
}

// startCopy returns when the copy serves.
func (s *deploySite) startCopy(t *testing.T, i int) {
	t.Helper()
	var err error
	s.copies[i], err = start(t, `"msg":"serving"`, built(t, "site"), nil, []string{
		"PUBLIC_URL=" + s.proxy.address,
		"LISTEN_ADDR=127.0.0.1:" + s.ports[i],
		"ADMIN_ADDR=",
		"DRAIN_DELAY=3s", // Three times what Caddy needs to notice.
		"TRUSTED_PROXIES=127.0.0.1/32",
		"DATABASE_URL=" + s.roles.app,
		"TELEGRAM_BOT_TOKEN=" + s.token,
		"TELEGRAM_BOT_USERNAME=our_bot",
		"TELEGRAM_API_URL=http://127.0.0.1:1", // Nobody is there.
		"TELEGRAM_UPDATES=off",
		"SESSION_KEYS=" + s.key,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// link is the address, below the site's, of a login that Telegram has just signed.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func (s *deploySite) link(id int) string {
	fields := []string{
		"auth_date=" + strconv.FormatInt(time.Now().Unix(), 10),
		"first_name=Anna",
		"id=" + strconv.Itoa(id),
	}
	secret := sha256.Sum256([]byte(s.token))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(strings.Join(fields, "\n")))
	return "/login/telegram?" + strings.Join(fields, "&") + "&hash=" + hex.EncodeToString(mac.Sum(nil))
}

// stopCopy ends one copy, as a restart does.
func (s *deploySite) stopCopy(t *testing.T, i int) {
	t.Helper()
	s.copies[i].interrupt(t)
	s.copies[i].ready = false // Its end was ours.
}

// clients are the addresses from which the site believes that a route was asked.
func (s *deploySite) clients(t *testing.T, route string) map[string]bool {
	t.Helper()
	clients := make(map[string]bool)
	for _, site := range s.copies {
		text, _ := site.output.read()
		for line := range strings.Lines(text) {
			var entry struct {
				Route    string `json:"route"`
				ClientIP string `json:"client_ip"`
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Route == route {
				clients[entry.ClientIP] = true
			}
		}
	}
	return clients
}

// deployCertificate makes a certificate for localhost.
func deployCertificate(t *testing.T, folder string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: der},
		key:         {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}
