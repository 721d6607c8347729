package alertmanager

import (
	"bytes"
	"errors"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/template"
	"go.yaml.in/yaml/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/internal/readback"
	"github.com/omegagen/omegagen/templates/alertmanager"
)

// Check reads alertmanager.yml as Alertmanager does, and reports where it differs from Doc.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	reported := func() bool { return Manifest(m).HasErrors() }
	var err error
	switch doc := a.Doc.(type) {
	case *alertmanager.Config:
		err = compare(a.Content, doc, reported)
	case alertmanager.Template:
		err = compareTemplate(a.Content, doc, reported)
	default:
		err = errors.New("it has no document to compare with")
	}
	if err == nil {
		return nil
	}
	at := m.System.Range
	if m.Alertmanager != nil {
		at = m.Alertmanager.Range
	}
	return hcl.Diagnostics{ruleBug.At(at, "%s: %s. Please report this with the manifest.", a.Path, err)}
}

// compareTemplate reads a file of templates as Alertmanager does.
func compareTemplate(content []byte, doc alertmanager.Template, reported func() bool) error {
	if string(content) != string(doc) {
		return errors.New("it is not the text of the template")
	}
	t, err := template.FromGlobs(nil)
	if err == nil {
		err = t.Parse(bytes.NewReader(content))
	}
	if err != nil && !reported() {
		return err
	}
	return nil
}

// compare reads the file as Alertmanager does, unless it is known to have mistakes, and compares every
// value in it with the document.
func compare(content []byte, doc *alertmanager.Config, reported func() bool) error {
	if _, err := config.Load(string(content)); err != nil && !reported() {
		return err
	}
	var got any
	if err := yaml.Unmarshal(content, &got); err != nil {
		return err
	}
	return readback.Same("the file", got, reflect.ValueOf(doc))
}
