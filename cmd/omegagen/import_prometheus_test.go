package main

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v2"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/importer"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/policy"
)

// prometheusModel is what Prometheus's own loaders read of a configuration and rule files, as text. The labels of
// targets that are all `service` are left out, and rules are sorted.
func prometheusModel(t *testing.T, file []byte, rules ...[]byte) string {
	t.Helper()
	c, err := config.Load(string(file), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("%s\n%s", err, file)
	}
	c.RuleFiles, c.GlobalConfig.MetricNameEscapingScheme = nil, "" // the rules are compared, and each job has the scheme
	slices.SortFunc(c.ScrapeConfigs, func(a, b *config.ScrapeConfig) int { return strings.Compare(a.JobName, b.JobName) })
	for _, j := range c.ScrapeConfigs {
		for _, d := range j.ServiceDiscoveryConfigs {
			if s, ok := d.(discovery.StaticConfig); ok {
				for _, g := range s {
					delete(g.Labels, "service")
				}
			}
		}
	}
	out := []string{}
	for _, content := range rules {
		groups, errs := rulefmt.Parse(content, false, model.LegacyValidation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, g := range groups.Groups {
			for _, r := range g.Rules {
				r.Expr = strings.TrimSpace(r.Expr)
				text, err := yaml.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, fmt.Sprintf("%s %s %d\n%s", g.Name, g.Interval, g.Limit, text))
			}
		}
	}
	slices.Sort(out)
	return c.String() + strings.Join(out, "\n")
}

// kitOf builds the kit of an imported manifest.
func kitOf(t *testing.T, dir string, r *imported) *compiled {
	t.Helper()
	c := read(loader.Input{FS: manifestIn{oneFile(r.manifest), os.DirFS(dir)}, Kit: loader.KitPlace{Path: defaultKit, Back: ".."}}, policy.Levels{})
	if c.whole && !c.diags.HasErrors() {
		c.files()
	}
	if c.diags.HasErrors() {
		t.Fatal(c.diags)
	}
	return c
}

func contentOf(t *testing.T, names ...string) (out [][]byte) {
	t.Helper()
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, src)
	}
	return out
}

// TestImportPrometheus: Prometheus reads the same from the kit's files as from those that were imported.
func TestImportPrometheus(t *testing.T) {
	for dir, files := range map[string][]string{
		"observability": {"prometheus.yml"},
		"alerting":      {"prometheus/prometheus.yml", "prometheus/rules/hosts.yml", "prometheus/rules/web.yml"},
		"scraping":      {"prometheus.yml", "alerts.yml"},
	} {
		dir = filepath.Join("testdata/import", dir)
		for i := range files {
			files[i] = filepath.Join(dir, files[i])
		}
		r := importWith(t, importer.Options{Dir: dir})
		c := kitOf(t, dir, r)
		source := contentOf(t, files...)
		want, got := prometheusModel(t, source[0], source[1:]...), prometheusModel(t, kitFile(c, kit.PrometheusConfigPath), kitFile(c, kit.PrometheusRulesPath))
		if want != got {
			t.Errorf("%s: Prometheus reads\n%s\ninstead of\n%s", dir, got, want)
		}
		if !hasDifference(r, "monitoring") || hasDifference(r, "monitoring files") {
			t.Errorf("%s: %v", dir, r.differences)
		}
		faithful := importWith(t, importer.Options{Dir: dir, Faithful: true})
		if strings.Contains(string(faithful.manifest), "\nprometheus {") || hasDifference(faithful, "monitoring") {
			t.Errorf("%s: with --faithful, files aren't kept:\n%s", dir, faithful.manifest)
		}
	}
}

func hasDifference(r *imported, name string) bool {
	return slices.ContainsFunc(r.differences, func(d importer.Difference) bool { return d.Name == name })
}

const (
	oneJob   = "scrape_configs: [{job_name: web, static_configs: [{targets: ['web:80']}]}]\n"
	oneGroup = "groups: [{name: a, rules: [{alert: A, expr: up == 0}]}]\n"
)

// keptFiles are files that stay files: the configuration, rules, and what is said about why.
var keptFiles = map[string]struct{ config, rules, more, where string }{
	"basic_auth":         {config: "scrape_configs:\n  - job_name: web\n    basic_auth: {username: a, password: b}\n    static_configs: [{targets: ['web:80']}]\n", where: "prometheus.yml:2: No block says what the job has as basic_auth."},
	"tls":                {config: "scrape_configs: [{job_name: web, scheme: https, tls_config: {insecure_skip_verify: true}, static_configs: [{targets: ['web:80']}]}]\n", where: "prometheus.yml:1: No block says what the job has as tls_config."},
	"files of targets":   {config: "scrape_configs: [{job_name: web, file_sd_configs: [{files: [/t/a.json]}]}]\n", where: "prometheus.yml:1: Targets by file_sd_configs are no part of a block here."},
	"docker targets":     {config: "scrape_configs: [{job_name: web, docker_sd_configs: [{host: 'unix:///var/run/docker.sock'}]}]\n", where: "prometheus.yml:1: Targets by docker_sd_configs"},
	"two groups":         {config: "scrape_configs: [{job_name: web, static_configs: [{targets: ['a:80'], labels: {x: a}}, {targets: ['b:80'], labels: {x: b}}]}]\n", where: "prometheus.yml:1: "},
	"two values":         {config: "scrape_configs: [{job_name: web, params: {m: [a, b]}, static_configs: [{targets: ['a:80']}]}]\n", where: "prometheus.yml:1: No block says what the job has as params."},
	"limits":             {config: "scrape_configs: [{job_name: web, sample_limit: 5, static_configs: [{targets: ['web:80']}]}]\n", where: "prometheus.yml:1: No block says what the job has as sample_limit."},
	"remote write":       {config: oneJob + "remote_write: [{url: 'http://x/w'}]\n", where: "prometheus.yml: No block says what the file has as remote_write."},
	"two alertmanagers":  {config: oneJob + "alerting: {alertmanagers: [{static_configs: [{targets: ['a:1', 'b:1']}]}]}\n", where: "prometheus.yml: No block says what the file has as alerting."},
	"environment":        {config: "global:\n  external_labels: {host: '${HOSTNAME}'}\n" + oneJob, where: "prometheus.yml:2: The server reads external_labels from its environment."},
	"invalid":            {config: "scrape_config: []\n", where: "prometheus.yml: yaml: unmarshal errors"},
	"query_offset":       {rules: "groups:\n  - {name: a, query_offset: 1m, rules: [{alert: A, expr: up == 0}]}\n", where: "rules.yml:2: No block says the labels or the query_offset of a group."},
	"order":              {rules: "groups:\n  - name: a\n    rules:\n      - {alert: A, expr: 'x > 0'}\n      - {record: x, expr: up}\n", where: "rules.yml:4: The rule \"A\" would be evaluated in another order with \"x\", which it reads."},
	"order of alerts":    {rules: "groups:\n  - name: a\n    rules:\n      - {alert: B, expr: 'up > 0'}\n      - {alert: A, expr: 'ALERTS > 0'}\n", where: "rules.yml:5: The rule \"A\" would be evaluated in another order"},
	"one alert twice":    {rules: "groups:\n  - name: a\n    rules:\n      - {alert: A, expr: 'up > 0'}\n      - {alert: A, expr: 'up > 1', labels: {severity: b}}\n", where: "rules.yml:"},
	"a name with spaces": {rules: "groups: [{name: a, rules: [{alert: A b, expr: up == 0}]}]\n", where: "rules.yml:1: "},
	"an empty label":     {rules: "groups: [{name: a, rules: [{alert: A, expr: up == 0, labels: {severity: ''}, annotations: {summary: ''}}]}]\n", where: ""},
	"a bad template":     {rules: "groups: [{name: a, rules: [{alert: A, expr: up == 0, annotations: {summary: '{{ $labels.job '}}]}]\n", where: "rules.yml: "},
	"a bad expression":   {rules: "groups: [{name: a, rules: [{alert: A, expr: 'up =='}]}]\n", where: "rules.yml: "},
	"an unknown job":     {rules: "groups: [{name: a, rules: [{alert: A, expr: 'up{job=\"gone\"} == 0'}]}]\n", where: "rules.yml:1: Unknown job"},
	"depth":              {rules: "groups: [{name: a, rules: [{alert: A, expr: '" + strings.Repeat("(", 20000) + "'}]}]\n", where: "rules.yml:1: An expression or a template is too large."},
	"another file":       {more: "notes.txt", where: "compose.yaml:4: The server also has /etc/prometheus/notes.txt, which no block is."},
}

// monitored is a folder with a stack that mounts a configuration and rules of Prometheus; none if "".
func monitored(t *testing.T, config, rules string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "conf"), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{"conf/prometheus.yml": config, "conf/rules.yml": rules,
		"compose.yaml": "services:\n  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ['./conf:/etc/prometheus:ro']\n  web: {image: nginx:1.27}\n"} {
		if content == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestImportPrometheusOwn imports Prometheus's own test files and examples as the configuration, and as the rules, of a stack: each
// becomes blocks from which Prometheus reads the same, or stays a file.
func TestImportPrometheusOwn(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/prometheus").Output()
	if err != nil {
		t.Fatal(err)
	}
	blocks, stay := 0, 0
	for _, part := range []string{"config/testdata", "documentation/examples", "cmd/promtool/testdata", "rules/fixtures", "model/rulefmt/testdata"} {
		for _, file := range composeFiles(t, filepath.Join(strings.TrimSpace(string(out)), part)) {
			dir, files := "", []string{"conf/prometheus.yml"}
			if content := string(contentOf(t, file)[0]); strings.Contains(content, "groups:") {
				dir, files = monitored(t, oneJob+"rule_files: [rules.yml]\n", content), append(files, "conf/rules.yml")
			} else {
				dir = monitored(t, content, "")
			}
			r := importWith(t, importer.Options{Dir: dir})
			if r == nil || lossesOf(r.losses, r.missing) != "" {
				t.Errorf("%s isn't imported whole", file)
				continue
			}
			if hasDifference(r, "monitoring files") || !hasDifference(r, "monitoring") {
				stay++
				continue
			}
			blocks++
			for i := range files {
				files[i] = filepath.Join(dir, files[i])
			}
			c := kitOf(t, dir, r)
			source := contentOf(t, files...)
			if want, got := prometheusModel(t, source[0], source[1:]...), prometheusModel(t, kitFile(c, kit.PrometheusConfigPath), kitFile(c, kit.PrometheusRulesPath)); want != got {
				t.Errorf("%s: Prometheus reads\n%s\ninstead of\n%s", file, got, want)
			}
		}
	}
	t.Logf("%d became blocks, %d stay files", blocks, stay)
	if blocks < 20 || stay < 100 {
		t.Errorf("%d became blocks, %d stay files", blocks, stay)
	}
}

// TestImportKeptPrometheus: what blocks can't say stays a file that is mounted, and that is no loss.
func TestImportKeptPrometheus(t *testing.T) {
	for name, c := range keptFiles {
		if c.config == "" {
			c.config = oneJob
		}
		if c.rules == "" {
			c.rules = oneGroup
		}
		dir := monitored(t, c.config+"rule_files: [rules.yml]\n", c.rules)
		if c.more != "" {
			if err := os.WriteFile(filepath.Join(dir, "conf", c.more), []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r := importWith(t, importer.Options{Dir: dir})
		if r == nil {
			t.Errorf("%s isn't imported", name)
			continue
		}
		where := ""
		for _, d := range r.differences {
			if d.Name == "monitoring files" {
				where = strings.Join(d.Where, "")
			}
		}
		mounted := strings.Contains(string(r.manifest), `bind      = "./conf"`)
		if want := strings.Replace(c.where, "prometheus.yml", "conf/prometheus.yml", 1); mounted != (c.where != "") || !strings.HasPrefix(where, strings.Replace(want, "rules.yml", "conf/rules.yml", 1)) || lossesOf(r.losses, r.missing) != "" {
			t.Errorf("%s: kept %v (%s), lost %s\n%s", name, mounted, where, lossesOf(r.losses, r.missing), r.manifest)
		}
	}
}
