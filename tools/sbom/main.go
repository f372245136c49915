// Command sbom writes what a built Go program consists of, as a CycloneDX document in JSON, to its standard output:
//
//	go run ./sbom ../bin/site
//
// It reads the binary, and not go.mod: the Go command notes in each program which modules it was linked from, in which
// versions, with their checksums. The licences come from the module cache. Nothing is downloaded, and the same binary
// makes the same document.
package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom <program>")
		os.Exit(2)
	}
	if err := write(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, program string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	cache, err := exec.CommandContext(ctx, "go", "env", "GOMODCACHE").Output()
	if err != nil {
		return fmt.Errorf("asking go for the module cache: %w", err)
	}
	main, err := describeProgram(program, info)
	if err != nil {
		return err
	}
	components, err := describeModules(info, strings.TrimSpace(string(cache)))
	if err != nil {
		return err
	}
	encoder := cdx.NewBOMEncoder(os.Stdout, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	return encoder.EncodeVersion(document(main, components), cdx.SpecVersion1_6)
}
