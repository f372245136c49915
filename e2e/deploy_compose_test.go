package e2e_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// deployCompose reads compose.yml as an operator's "docker compose" does.
func deployCompose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(deployRoot, "compose.yml")},
		cli.WithWorkingDirectory(deployRoot),
		cli.WithEnv([]string{"SITE_HOST=login.example.com", "SITE_IMAGE=telegram-login-site:1.0.0"}),
		cli.WithProfiles([]string{"monitoring"}),
		cli.WithoutEnvironmentResolution, // site.env is made by the operator.
	)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// Started without its settings, it must not come up as something else.
func TestDeployCompose_refusesToStartWithoutHostOrImage(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"SITE_HOST", "SITE_IMAGE"} {
		environment := slices.DeleteFunc([]string{"SITE_HOST=login.example.com", "SITE_IMAGE=site:1.0.0"},
			func(setting string) bool { return strings.HasPrefix(setting, missing) })
		options, err := cli.NewProjectOptions([]string{filepath.Join(deployRoot, "compose.yml")},
			cli.WithWorkingDirectory(deployRoot), cli.WithEnv(environment), cli.WithoutEnvironmentResolution)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := options.LoadProject(t.Context()); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

func TestDeployCompose_containersAreLockedDownAndBounded(t *testing.T) {
	t.Parallel()
	for name, service := range deployCompose(t).Services {
		allowed := []string(nil)
		if name == "caddy" {
			allowed = []string{"NET_BIND_SERVICE"}
		}
		if !service.ReadOnly || service.Privileged || !slices.Equal(service.CapAdd, allowed) ||
			!slices.Equal(service.CapDrop, []string{"ALL"}) ||
			!slices.Equal(service.SecurityOpt, []string{"no-new-privileges:true"}) {
			t.Errorf("service %s is not locked down", name)
		}
		if service.MemLimit == 0 || service.PidsLimit == 0 || service.Logging == nil || service.Logging.Options["max-size"] == "" {
			t.Errorf("service %s may take what it wants of memory, processes or the disk", name)
		}
		if !regexp.MustCompile(`:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$`).MatchString(service.Image) {
			t.Errorf("service %s: image %s has no whole version", name, service.Image)
		}
		if check := service.HealthCheck; check == nil || check.Disable != (name == "migrate") || !check.Disable && check.Test[0] != "CMD" {
			t.Errorf("service %s has the health check %+v", name, check)
		}
		for _, volume := range service.Volumes {
			if _, err := os.Stat(volume.Source); volume.Type == types.VolumeTypeBind && (err != nil || !volume.ReadOnly) {
				t.Errorf("service %s: %s is not there, or can be written to: %v", name, volume.Source, err)
			}
		}
	}
}

// Two ports are open to everybody, and both are Caddy's.
func TestDeployCompose_onlyCaddyIsInReach(t *testing.T) {
	t.Parallel()
	project := deployCompose(t)
	for name, service := range project.Services {
		for _, port := range service.Ports {
			ip := net.ParseIP(port.HostIP)
			isForAll := name == "caddy" && (port.Published == "80" || port.Published == "443")
			if !isForAll && (ip == nil || !ip.IsLoopback()) {
				t.Errorf("service %s opens port %s on %q", name, port.Published, port.HostIP)
			}
		}
	}
	for name, want := range map[string][]string{
		"caddy": {"edge"}, "site-1": {"admin", "db", "edge"}, "site-2": {"admin", "db", "edge"},
		"migrate": {"db"}, "postgres": {"db"}, "prometheus": {"admin", "prometheus"},
	} {
		service := project.Services[name]
		networks := service.NetworksByPriority()
		slices.Sort(networks)
		if !slices.Equal(networks, want) {
			t.Errorf("service %s is in the networks %q, want %q", name, networks, want)
		}
	}
	if !project.Networks["db"].Internal || !project.Networks["admin"].Internal {
		t.Error("the database or the metrics have a way out")
	}
}

// The addresses that one container has to know of another stand in two places.
func TestDeployCompose_addressesAgree(t *testing.T) {
	t.Parallel()
	project := deployCompose(t)
	caddy := project.Services["caddy"].Networks["edge"].Ipv4Address
	for _, name := range []string{"site-1", "site-2"} {
		service := project.Services[name]
		environment := composeEnvironment(t, service)
		if environment["TRUSTED_PROXIES"] != caddy+"/32" {
			t.Errorf("%s believes %s, want Caddy alone, %s", name, environment["TRUSTED_PROXIES"], caddy)
		}
		admin := service.Networks["admin"].Ipv4Address + ":9090"
		if environment["ADMIN_ADDR"] != admin || !strings.Contains(deployFile(t, "prometheus/prometheus.yml"), "["+admin+"]") {
			t.Errorf("%s shows its metrics at %s; its address is %s, and Prometheus has to know it", name, environment["ADMIN_ADDR"], admin)
		}
		if grace := service.StopGracePeriod; grace == nil || grace.String() != "45s" {
			t.Errorf("%s has %v to stop", name, grace)
		}
		if !strings.Contains(deployFile(t, "Caddyfile"), name+":8080") {
			t.Errorf("Caddy does not know %s", name)
		}
	}
}

func TestDeployCompose_secretsAreFilesAndSettingsAreKnown(t *testing.T) {
	t.Parallel()
	project, known := deployCompose(t), composeSettings(t)
	for _, name := range []string{"site-1", "site-2", "migrate"} {
		service := project.Services[name]
		for variable, value := range composeEnvironment(t, service) {
			if !slices.Contains(known, variable) || slices.Contains(known, variable+"_FILE") {
				t.Errorf("service %s sets %s, which is unknown, or a secret", name, variable)
			}
			file, isFile := strings.CutPrefix(value, "/run/secrets/")
			isGiven := func(s types.ServiceSecretConfig) bool { return s.Source == file }
			if isFile != strings.HasSuffix(variable, "_FILE") || isFile && !slices.ContainsFunc(service.Secrets, isGiven) {
				t.Errorf("service %s: the secret of %s is not given to it", name, variable)
			}
		}
	}
	// Only who migrates may change tables, and it knows no other secret.
	if secrets := project.Services["migrate"].Secrets; len(secrets) != 1 || secrets[0].Source != "database_owner_url" {
		t.Errorf("migrate knows %v", secrets)
	}
}

// deployPrepare runs the commands in the head of compose.yml as they stand there,
// and returns the folder with what they have made.
func deployPrepare(t *testing.T) string {
	t.Helper()
	shell := deployTool(t, "bash")
	deployTool(t, "openssl")
	head, _, _ := strings.Cut(deployFile(t, "compose.yml"), "\nname:")
	var script strings.Builder
	for _, command := range regexp.MustCompile(`(?m)^#\t(.*)$`).FindAllStringSubmatch(head, -1) {
		script.WriteString(command[1] + "\n")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, ".env.example"), []byte(deployFile(t, ".env.example")), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), shell, "-euc", script.String())
	command.Dir, command.Stdin = folder, bytes.NewBufferString("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw\n")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, output, script.String())
	}
	return folder
}

func TestDeployCompose_headMakesEverythingThatIsNeeded(t *testing.T) {
	t.Parallel()
	folder, project := deployPrepare(t), deployCompose(t)
	for name, secret := range project.Secrets {
		content, err := os.ReadFile(filepath.Join(folder, "secrets", name))
		if err != nil || len(content) < 32 || filepath.Base(secret.File) != name {
			t.Errorf("%s is not made: %v", name, err)
		}
	}
	for _, name := range []string{".env", filepath.Base(project.Services["site-1"].EnvFiles[0].Path)} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
}

// With the settings and secrets as they are made, only the database is missing.
func TestDeployCompose_theProgramAcceptsItsSettings(t *testing.T) {
	t.Parallel()
	secrets := filepath.Join(deployPrepare(t), "secrets")
	here := strings.NewReplacer("/run/secrets", secrets, "172.30.10.11:9090", "127.0.0.1:0")
	nobody := "127.0.0.1:" + composeFreePorts(t, 1)[0]
	for _, name := range []string{"database_app_url", "database_owner_url"} {
		path := filepath.Join(secrets, name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(content, []byte("postgres:5432"), []byte(nobody), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	project := deployCompose(t)
	for _, name := range []string{"site-1", "migrate"} {
		service := project.Services[name]
		command := exec.CommandContext(t.Context(), built(t, "site"), service.Command...)
		command.Env = []string{"LISTEN_ADDR=127.0.0.1:0"}
		for variable, value := range composeEnvironment(t, service) {
			command.Env = append(command.Env, variable+"="+here.Replace(value))
		}
		output, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(output), "opening the database") {
			t.Errorf("%s complains about something else than the database: %v\n%s", name, err, output)
		}
	}
}
