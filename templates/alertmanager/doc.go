// Package alertmanager renders the configuration of a kit's Alertmanager: who is
// notified of which alerts, and when.
//
// The document is a typed struct with only the fields that a kit has, except for
// the settings of receivers, which have Alertmanager's own keys. lint/alertmanager
// reads the file back with Alertmanager's own package and compares both.
package alertmanager

import (
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/yaml"
)

var ruleNotText = diag.Error("OG536", "Invalid text for Alertmanager",
	"YAML files contain Unicode text. A string with other bytes cannot be written to Alertmanager's configuration.")

// Render makes alertmanager.yml, whose Doc is a *Config, and the files of
// templates, whose Doc is a Template; nothing if the manifest
// has no Alertmanager of its own.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	a := m.Alertmanager
	if a == nil || a.Service == nil {
		return nil, nil
	}
	doc := NewConfig(a)
	content, err := doc.Encode(kit.Header(m.System.Name))
	if err != nil {
		return nil, hcl.Diagnostics{ruleNotText.At(a.Range, "Cannot write %s: %s.", kit.AlertmanagerConfigPath, err)}
	}
	sources := []string{a.Address}
	for _, s := range a.Secrets() {
		sources = append(sources, s.Address)
	}
	sort.Strings(sources)
	out := []kit.Artifact{{Kind: kit.Alertmanager, Path: kit.AlertmanagerConfigPath, Content: content, Doc: doc, Sources: sources}}
	for _, t := range a.Templates {
		text := strings.TrimRight(strings.ReplaceAll(t.Content, "\r\n", "\n"), "\n") + "\n"
		out = append(out, kit.Artifact{Kind: kit.Alertmanager, Path: kit.NotificationTemplatePath(t.Name), Content: []byte(text), Doc: Template(text), Sources: []string{t.Address}})
	}
	return out, nil
}

// Template is the text of a file of templates.
type Template string

// Encode is the file's text, below a header ("" for none).
func (c *Config) Encode(header string) ([]byte, error) { return yaml.Marshal(header, c) }
