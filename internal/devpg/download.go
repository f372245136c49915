package devpg

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// The packages of prebuilt programs that npm can fetch. The version says beta,
// because this channel has nothing else; PostgreSQL 18.4 itself is a release.
// They need glibc on Linux.
const (
	npmScope       = "@embedded-postgres/"
	npmVersion     = "18.4.0-beta.17"
	npmPatience    = 2 * time.Minute
	npmFilePattern = "*.tgz"
)

// npmPackage is one platform's package with the SHA-512 of its file, in base64
// as npm writes it: "npm view <package>@<version> dist.integrity". We compare it
// ourselves, because the registry that serves the file also serves the hash.
type npmPackage struct{ name, sha512 string }

// prebuilt lists the packages by GOOS/GOARCH.
var prebuilt = map[string]npmPackage{
	"darwin/amd64": {
		"darwin-x64",
		"4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
	},
	"darwin/arm64": {
		"darwin-arm64",
		"Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
	},
	"linux/386": {
		"linux-ia32",
		"aSRe4kknqRHuedtpo/rDIaqa8r9VrKIgW9p5FkJyIFqUUkIkxRqND1dg8xrDRREcSUXRJKS0x+j/AuxflgYIfg==",
	},
	"linux/amd64": {
		"linux-x64",
		"jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
	},
	"linux/arm": {
		"linux-arm",
		"VuD1nFasN7yG57zpJcp6MBXM0nXqGfb8GBQV+f1FGJ17+VMNYLIFLhFp99UlY4xnWG74FQC4NPYw8eCwSTJ6qg==",
	},
	"linux/arm64": {
		"linux-arm64",
		"TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
	},
	"windows/amd64": {
		"windows-x64",
		"AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
	},
}

var (
	// ErrNoDownload means that npm is missing or has nothing for this platform.
	ErrNoDownload = errors.New("no prebuilt PostgreSQL can be fetched")
	// ErrFetch means that npm failed: most often there is no network.
	ErrFetch = errors.New("npm could not fetch the package")
)

// Download fetches prebuilt programs with npm, unless a folder below dir holds
// them already, and returns the folder to use as [Options.Binaries]. It is safe
// to call from several processes at once. It fails with [ErrNoDownload] or
// [ErrFetch]; a file whose SHA-512 is not the one in this source is refused with
// another error.
func Download(ctx context.Context, dir string, log *slog.Logger) (string, error) {
	pkg, known := prebuilt[runtime.GOOS+"/"+runtime.GOARCH]
	npm, err := exec.LookPath("npm")
	if err != nil || !known {
		return "", fmt.Errorf("%w: npm is not on PATH, or has no package for %s/%s",
			ErrNoDownload, runtime.GOOS, runtime.GOARCH)
	}
	// A complete folder: it got its name after it was filled.
	home := filepath.Join(dir, pkg.name+"-"+npmVersion)
	if hasBinaries(filepath.Join(home, "bin")) {
		return filepath.Join(home, "bin"), nil
	}
	if err := makeFolder(dir); err != nil {
		return "", fmt.Errorf("fetching PostgreSQL: %w", err)
	}
	work, err := os.MkdirTemp(dir, "fetching-")
	if err != nil {
		return "", fmt.Errorf("fetching PostgreSQL: %w", err)
	}
	defer os.RemoveAll(work)

	log.InfoContext(ctx, "fetching PostgreSQL with npm, once; some seconds", "package", npmScope+pkg.name, "version", npmVersion)
	archive, err := npmPack(ctx, npm, pkg, work)
	if err != nil {
		return "", err
	}
	if err := checkSHA512(archive, pkg.sha512); err != nil {
		return "", err
	}
	unpacked := filepath.Join(work, "unpacked")
	if err := unpack(archive, unpacked); err != nil {
		return "", fmt.Errorf("unpacking PostgreSQL: %w", err)
	}
	// When another process was faster, its folder is as good as ours.
	if err := os.Rename(unpacked, home); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("unpacking PostgreSQL: %w", err)
	}
	return filepath.Join(home, "bin"), nil
}

// npmPack has npm put the package's file into a folder: the user's proxy and
// registry mirror then apply. No script of the package runs.
func npmPack(ctx context.Context, npm string, pkg npmPackage, folder string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, npmPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "pack", "--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", npmScope+pkg.name+"@"+npmVersion)
	cmd.Dir = folder
	if _, err := runToEnd(cmd); err != nil {
		return "", fmt.Errorf("%w: %w", ErrFetch, err)
	}
	files, err := filepath.Glob(filepath.Join(folder, npmFilePattern))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("%w: it left %d files", ErrFetch, len(files))
	}
	return files[0], nil
}

// checkSHA512 compares a file with the hash pinned for it.
func checkSHA512(path, pinned string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("checking the fetched PostgreSQL: %w", err)
	}
	defer file.Close()
	hash := sha512.New()
	if _, err := io.Copy(hash, file); err != nil {
		return fmt.Errorf("checking the fetched PostgreSQL: %w", err)
	}
	if got := base64.StdEncoding.EncodeToString(hash.Sum(nil)); got != pinned {
		return fmt.Errorf("the fetched %s has SHA-512 %s, want %s: it is not used", filepath.Base(path), got, pinned)
	}
	return nil
}
