package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/templates/deploy"
	"github.com/omegagen/omegagen/templates/grafana"
)

// version is the tool's version: a constant of the source, so that every
// build of the same source writes the same lock file.
const version = "0.1.0"

// consumers are the programs that read a kit's files, with the module with which omegagen checks each.
// If there are two modules, the linked one counts: that depends on whether there was a C compiler.
var consumers = []struct {
	name    string
	modules []string
}{
	{"Alertmanager", []string{"github.com/prometheus/alertmanager"}},
	{"Docker Compose", []string{"github.com/compose-spec/compose-go/v2"}},
	{"Dockerfile (BuildKit)", []string{"github.com/moby/buildkit"}},
	{"Kubernetes", []string{"k8s.io/api"}},
	{"PostgreSQL", []string{"github.com/wasilibs/go-pgquery", "github.com/pganalyze/pg_query_go/v6"}},
	{"Prometheus", []string{"github.com/prometheus/prometheus"}},
	{"shell", []string{"mvdan.cc/sh/v3"}},
	{"YAML", []string{"go.yaml.in/yaml/v3"}},
}

type checker struct {
	Consumer string `json:"consumer"`
	Module   string `json:"module,omitempty"`
	Version  string `json:"version"`
}

// kitRuntime identifies the runtime of a kit for reviewers.
type kitRuntime struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// checkers are the consumers with the versions of their libraries in this build.
func checkers(info *debug.BuildInfo) []checker {
	linked := map[string]string{}
	for _, d := range info.Deps {
		linked[d.Path] = d.Version
		if d.Replace != nil {
			linked[d.Path] = d.Replace.Version
		}
	}
	out := []checker{}
	for _, c := range consumers {
		for _, m := range c.modules {
			if v, ok := linked[m]; ok {
				out = append(out, checker{c.name, m, v})
				break
			}
		}
	}
	// Grafana has no library that reads a dashboard: tests check them by its schema.
	return append(out, checker{Consumer: "Grafana (dashboard schema)", Version: grafana.PluginVersion})
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  "Print the version; with --json also the versions of the libraries that check the files of a kit.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				fmt.Fprintln(a.stdout, "omegagen "+version)
				return nil
			}
			info, ok := debug.ReadBuildInfo()
			if !ok {
				info = &debug.BuildInfo{}
			}
			answer := struct {
				FormatVersion string `json:"format_version"`
				Version       string `json:"version"`
				Go            string `json:"go"`
				Platform      string `json:"platform"`
				// Runtime is deploy/runtime.sh, the same in every kit.
				Runtime kitRuntime `json:"runtime"`
				// Cluster is that of kits for Kubernetes.
				Cluster     kitRuntime `json:"kubernetes_runtime"`
				CheckedWith []checker  `json:"checked_with"`
			}{"1.0", version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, kitRuntime{deploy.RuntimeVersion, deploy.RuntimeSum()}, kitRuntime{deploy.ClusterRuntimeVersion, deploy.ClusterRuntimeSum()}, checkers(info)}
			if err := writeJSON(a.stdout, answer); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
