//go:build e2e

// Package e2e deploys the example on a real Docker Engine, checks what runs,
// breaks it, and sees it recover. `make e2e` runs it: engine.sh gives it an
// engine, images/make.sh the images that the manifest starts from.
package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// What the tests say often has a short name.
var (
	output     = enginetest.Output
	docker     = enginetest.Docker
	eventually = enginetest.Eventually
	stage      = enginetest.Stage
)

func TestMain(m *testing.M) {
	os.Exit(enginetest.Run(m, enginetest.Suite{
		Projects:  []string{"constellation", "quickstart"},
		Manifests: map[string][]string{"..": options(), quickstartManifest: nil},
		Images:    "images",
		// The manifest's variable source names the servers' sources beside the kits.
		Prepare: func(work string) error { return os.CopyFS(filepath.Join(work, "app"), os.DirFS("../app")) },
	}))
}
