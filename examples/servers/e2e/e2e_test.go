//go:build e2e

// Package e2e deploys the servers of the example on a real Docker Engine, with
// omegagen's defaults alone: each comes up, serves, holds the hardening that its
// kit states, stops in good order, and comes up again on its own data. The images
// are stand-ins whose entrypoints do what the official ones do (images/list).
// `make e2e` runs it after the suite of the example constellation.
package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// manifests are those that are deployed here, by system.
var manifests = map[string]string{
	"servers":          "..",
	"binds":            "testdata/binds",
	"unknown":          "testdata/unknown",
	"dropped-app":      "testdata/dropped-app",
	"dropped-postgres": "testdata/dropped-postgres",
}

func TestMain(m *testing.M) {
	suite := enginetest.Suite{
		Projects:  []string{plain},
		Manifests: map[string][]string{},
		Images:    "images",
	}
	for system, manifest := range manifests {
		suite.Projects = append(suite.Projects, system)
		suite.Manifests[manifest] = nil
	}
	os.Exit(enginetest.Run(m, suite))
}

// TestServers is the life of one deployment of all the servers. The other
// deployments live beside it.
func TestServers(t *testing.T) {
	t.Parallel()
	k := newKit(t, "servers")
	enginetest.Stage(t, "up", func(t *testing.T) {
		k.Deploy(t, 0, "up")
		each(t, server.complainsOfNothing)
	})
	enginetest.Stage(t, "emitted", func(t *testing.T) { emitted(t, k) })
	enginetest.Stage(t, "held", func(t *testing.T) { held(t, k) })
	enginetest.Stage(t, "serve", func(t *testing.T) { each(t, server.serves) })
	enginetest.Stage(t, "answer exec", func(t *testing.T) { each(t, server.answersExec) })
	enginetest.Stage(t, "keep data", func(t *testing.T) { each(t, server.writes) })
	enginetest.Stage(t, "reload", func(t *testing.T) { each(t, server.reloads) })
	enginetest.Stage(t, "stop", func(t *testing.T) { stop(t, k) })
	enginetest.Stage(t, "up on their data", func(t *testing.T) {
		k.Deploy(t, 0, "up")
		each(t, server.serves)
		each(t, server.reads)
		each(t, server.complainsOfNothing)
	})
	enginetest.Stage(t, "reset", func(t *testing.T) { k.Deploy(t, 0, "reset", "--yes") })
}

// newKit compiles one of the manifests.
func newKit(t *testing.T, system string) *enginetest.Kit {
	t.Helper()
	k := &enginetest.Kit{Dir: filepath.Join(enginetest.Work, system), Manifest: manifests[system]}
	if strings.HasPrefix(k.Manifest, "testdata/") { // what it binds is beside the manifest, and belongs to the run
		k.Manifest = filepath.Join(enginetest.Work, system+"-manifest")
		if err := os.CopyFS(k.Manifest, os.DirFS(manifests[system])); err != nil {
			t.Fatal(err)
		}
	}
	k.Build(t)
	return k
}
