package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"golang.org/x/mod/module"

	"example.com/telegram-login/tools/licences"
)

// document puts the parts together: the program needs every other component.
func document(program cdx.Component, components []cdx.Component) *cdx.BOM {
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &program}
	bom.Components = &components
	var needed []string
	var none []cdx.Dependency
	for _, c := range components {
		needed = append(needed, c.BOMRef)
		none = append(none, cdx.Dependency{Ref: c.BOMRef})
	}
	dependencies := append([]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &needed}}, none...)
	bom.Dependencies = &dependencies
	return bom
}

// describeProgram describes the binary itself: its version, how it was built, and the checksum of the file.
func describeProgram(file string, info *debug.BuildInfo) (cdx.Component, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return cdx.Component{}, err
	}
	sum := sha256.Sum256(content)
	var properties []cdx.Property
	for _, setting := range info.Settings {
		if setting.Value != "" {
			properties = append(properties, cdx.Property{Name: "build:" + setting.Key, Value: setting.Value})
		}
	}
	return cdx.Component{
		BOMRef:     "program",
		Type:       cdx.ComponentTypeApplication,
		Name:       path.Base(info.Path),
		Version:    info.Main.Version,
		PackageURL: packageURL(info.Main.Path, info.Main.Version),
		Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
		Licenses:   licence("MIT"),
		Properties: &properties,
	}, nil
}

// describeModules describes the standard library and every module in the binary.
func describeModules(info *debug.BuildInfo, cache string) ([]cdx.Component, error) {
	version := strings.TrimPrefix(info.GoVersion, "go")
	components := []cdx.Component{{
		BOMRef:     packageURL("std", version),
		Type:       cdx.ComponentTypeLibrary,
		Name:       "std",
		Version:    version,
		PackageURL: packageURL("std", version),
		Licenses:   licence("BSD-3-Clause"),
	}}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		folder, err := folderOf(dep, cache)
		if err != nil {
			return nil, err
		}
		id, err := licences.Of(folder)
		if err != nil {
			return nil, err
		}
		url := packageURL(dep.Path, dep.Version)
		components = append(components, cdx.Component{
			BOMRef:     url,
			Type:       cdx.ComponentTypeLibrary,
			Name:       dep.Path,
			Version:    dep.Version,
			PackageURL: url,
			Licenses:   licence(id),
			// Go's checksum is over all files of the module; CycloneDX has no name for this kind.
			Properties: &[]cdx.Property{{Name: "go:sum", Value: dep.Sum}},
		})
	}
	return components, nil
}

// folderOf is where a module lies in the cache, where the capital letters of a name are marked.
func folderOf(dep *debug.Module, cache string) (string, error) {
	name, err := module.EscapePath(dep.Path)
	if err != nil {
		return "", err
	}
	version, err := module.EscapeVersion(dep.Version)
	return filepath.Join(cache, name+"@"+version), err
}

func packageURL(name, version string) string {
	return "pkg:golang/" + name + "@" + strings.NewReplacer("+", "%2B", "(", "%28", ")", "%29").Replace(version)
}

// licence is one id, or an expression of several.
func licence(expression string) *cdx.Licenses {
	if strings.Contains(expression, " ") {
		return &cdx.Licenses{{Expression: expression}}
	}
	return &cdx.Licenses{{License: &cdx.License{ID: expression}}}
}
