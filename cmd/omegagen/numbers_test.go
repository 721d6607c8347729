package main

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/pddl"
	"github.com/omegagen/omegagen/planner/plan"
)

// numbered has a number at each place that affects a kit: $NAME$ is replaced by a point and decimals,
// @NAME@ by a duration.
const numbered = `
system "numbers" {}

image "db" {
  pull = "postgres:17"
  cost = 0$image_cost$
}
service "db" {
  image      = image.db
  cost       = 0$service_cost$
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db }
  env = { POSTGRES_DB = "db" }
  resources {
    cpus   = 0$cpus$
    memory = "64MB"
  }
  healthcheck {
    shell    = "pg_isready"
    interval = "@interval@"
    timeout  = "5s"
  }
  compose = { x-number = 0$compose$ }
}
secret "db" {
  length = 24
  cost   = 0$secret_cost$
}
database "db" {
  service = service.db
  cost    = 0$database_cost$
  table "t" {
    column "id" {
      type = "integer"
    }
    column "amount" {
      type    = "numeric"
      default = 0$default$
    }
    primary_key = ["id"]
  }
  seed "s" {
    table = database.db.table.t
    rows  = [{ id = 1, amount = 0$row$ }]
  }
}

state "load" {
  type    = number
  initial = 0$initial$
  min     = -0$minimum$
  max     = 20$maximum$
}
action "raise" {
  cost     = 0$action_cost$
  duration = "@duration@"
  run      = "true"
  effects  = { load = state.load + 1$effect$ }
}
goal "raised" {
  condition = state.load > 0$initial$ && database.db.applied
}

criterion "answer" {
  within = "10s"
  sql {
    database = database.db
    query    = "SELECT 1"
    min      = 0$at_least$
    max      = 10$at_most$
  }
}
criterion "same" {
  within = "10s"
  sql {
    database = database.db
    query    = "SELECT 1"
    equals   = 0$equals$
  }
}
benchmark "speed" {
  target = "< 0$target$ s"
  run    = "echo 1"
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}
prometheus {
  service = service.prometheus
}
alert "High" {
  expr     = "up > 0$alert$"
  for      = "1m30s"
  severity = "warning"
  summary  = "High"
}
image "grafana" {
  pull = "grafana/grafana:12.0.0"
}
service "grafana" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.db }
  port "http" {
    container = 3000
  }
}
grafana {
  service = service.grafana
}
dashboard "numbers" {
  title = "Numbers"
  row "Row" {
    panel "Panel" {
      type = "gauge"
      expr = "up"
      min  = 0$panel_min$
      max  = 1$panel_max$
      threshold {
        color = "red"
        value = 0$threshold$
      }
      override "up" {
        max = 1$override_max$
      }
    }
  }
}
`

// shownIn is how each number of numbered must be shown: texts with % for the point and decimals, by
// the file of the kit or the output.
var shownIn = map[string]map[string][]string{
	"image_cost":    {"PLAN.md": {": cost 0%, ", "[\"image.db.pull, 0%\"]"}, "plan --json": {"\"cost\": 0%,"}, "plan": {" 0% "}, "graph mermaid": {", 0%\""}, "graph dot": {", 0%\""}, "graph svg": {", 0%"}},
	"service_cost":  {"PLAN.md": {": cost 0%, ", "[\"service.db.start, 0%\"]"}, "plan --json": {"\"cost\": 0%,"}, "plan": {" 0% "}, "graph mermaid": {", 0%\""}, "graph dot": {", 0%\""}, "graph svg": {", 0%"}},
	"secret_cost":   {"PLAN.md": {": cost 0%, ", "[\"secret.db.make, 0%\"]"}, "plan --json": {"\"cost\": 0%,"}, "plan": {" 0% "}, "graph mermaid": {", 0%\""}, "graph dot": {", 0%\""}, "graph svg": {", 0%"}},
	"database_cost": {"PLAN.md": {": cost 0%, ", "[\"database.db.apply, 0%\"]"}, "plan --json": {"\"cost\": 0%,"}, "plan": {" 0% "}, "graph mermaid": {", 0%\""}, "graph dot": {", 0%\""}, "graph svg": {", 0%"}},
	"action_cost":   {"PLAN.md": {": cost 0%, "}, "plan --json": {"\"cost\": 0%,"}, "plan": {" 0% "}, "graph mermaid": {", 0%\""}, "graph dot": {", 0%\""}, "graph svg": {", 0%"}},
	"total":         {"PLAN.md": {"| cost | % |\n", "| lower bound of the cost | % |\n"}, "deploy.sh": {"6 steps, cost %, about "}, "plan --json": {"\"cost\": %,", "\"lower_bound\": %,"}, "plan": {", cost %. "}, "graph dot": {", cost %"}, "graph svg": {", cost %"}},
	"cpus":          {"docker-compose.yml": {"cpus: 0%\n"}},
	"compose":       {"docker-compose.yml": {"x-number: 0%\n"}},
	"default":       {"init-db.sql": {"DEFAULT 0%,\n", "DEFAULT 0%;\n"}},
	"row":           {"init-db.sql": {"(1, 0%)\n"}},
	"initial":       {"deploy/plan.sh": {"-\tstate\t\"load\"\t=\t0%\n"}, "pddl": {"state.load: 0%\n"}},
	"effect":        {"deploy/plan.sh": {"raise\tstate\t\"load\"\t+\t1%\n"}},
	"at_least":      {"deploy/plan.sh": {"answer_is '>=' 0% "}, "PLAN.md": {" is at least 0% "}},
	"at_most":       {"deploy/plan.sh": {"answer_is '<=' 10%\n"}, "PLAN.md": {" is at most 10% "}},
	"equals":        {"deploy/plan.sh": {"answer_is '==' 0%\n"}, "PLAN.md": {" is `0%` "}},
	"target":        {"deploy/plan.sh": {"target_op='<'\n        target_value=0%\n", "target='< 0% s'"}, "PLAN.md": {"&lt; 0% s |"}},
	"alert":         {"prometheus/rules.yml": {"expr: up > 0%\n"}},
	"panel_min":     {"grafana/dashboards/numbers.json": {"\"min\": 0%,\n"}},
	"panel_max":     {"grafana/dashboards/numbers.json": {"\"max\": 1%,\n"}},
	"threshold":     {"grafana/dashboards/numbers.json": {"\"value\": 0% }"}},
	"override_max":  {"grafana/dashboards/numbers.json": {"\"value\": 1% }"}},
	"interval":      {"docker-compose.yml": {"interval: %\n"}},
	"takes":         {"plan": {" 0s     %  ", "Schedule: % in parallel"}, "graph svg": {"0s to %, slack"}}, // the duration without spaces
	"duration":      {"PLAN.md": {", %"}},
}

// TestNumbersComeOutAsWritten puts random decimals and durations at every place of a manifest that
// accepts one. Each must be shown exactly in the kit and the outputs, and there are no decimals that
// are neither in the manifest nor sums of its numbers.
func TestNumbersComeOutAsWritten(t *testing.T) {
	kits := 20
	if testing.Short() {
		kits = 3
	}
	drawn := 0
	draw := func(pattern string) string {
		drawn++
		return rapid.StringMatching(pattern).Example(drawn)
	}
	for range kits {
		shown, exact := map[string]string{}, map[string]*big.Rat{}
		source := regexp.MustCompile(`\$\w+\$`).ReplaceAllStringFunc(numbered, func(name string) string {
			name = strings.Trim(name, "$")
			if shown[name] == "" {
				digits := `[0-9]{4,50}[1-9]`
				if strings.HasSuffix(name, "cost") {
					digits = `[0-9]{4,13}[1-9]` // what the search can scale
				}
				shown[name] = "." + draw(digits)
				exact[name], _ = new(big.Rat).SetString("0" + shown[name])
			}
			return shown[name]
		})
		interval := time.Duration(rapid.IntRange(6000, 7_200_000).Example(drawn)) * time.Millisecond
		duration := time.Duration(rapid.IntRange(1, 100_000).Example(drawn)) * time.Second
		shown["interval"], shown["duration"] = text.Duration(interval), text.SpacedDuration(duration)
		shown["takes"] = text.Duration(duration)
		source = strings.NewReplacer("@interval@", interval.String(), "@duration@", duration.String()).Replace(source)
		total := new(big.Rat)
		for _, name := range []string{"image_cost", "service_cost", "service_cost", "secret_cost", "database_cost", "action_cost"} {
			total.Add(total, exact[name])
		}
		shown["total"] = text.Number(total)

		outputs := everything(t, source)
		for name, files := range shownIn {
			for file, patterns := range files {
				for _, p := range patterns {
					if want := strings.ReplaceAll(p, "%", shown[name]); !strings.Contains(outputs[file], want) {
						t.Fatalf("%s is %s, but %s has no %q:\n%s\n%s", name, shown[name], file, want, source, outputs[file])
					}
				}
			}
		}
		known := []string{shown["total"]}
		for k := range int64(25) { // the possible values of the state, for the PDDL
			n := new(big.Rat).Add(exact["effect"], big.NewRat(1, 1))
			known = append(known, text.Number(n.Add(n.Mul(n, big.NewRat(k, 1)), exact["initial"])))
		}
		noForeignDecimals(t, source, known, outputs)
	}
}

var longDecimal = regexp.MustCompile(`\d+\.\d{4,}`)

// noForeignDecimals finds decimals in outputs that are neither in the source nor otherwise known.
func noForeignDecimals(t *testing.T, source string, known []string, outputs map[string]string) {
	known = append(known, longDecimal.FindAllString(source, -1)...)
	for name, out := range outputs {
		if strings.HasSuffix(name, "rules_test.yml") {
			continue // samples that promtool reads as doubles
		}
		for _, n := range longDecimal.FindAllString(out, -1) {
			if !slices.Contains(known, n) {
				t.Fatalf("%s shows %s, which the manifest doesn't have:\n%s\n%s", name, n, source, out)
			}
		}
	}
}

// everything is all output for a manifest: the files of the kit by path, and the outputs of other
// commands.
func everything(t *testing.T, source string) map[string]string {
	in := loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(source)}}, Dir: "."}
	c, err := compile(in, planner.Options{}, policy.Levels{})
	if err != nil || c.diags.HasErrors() {
		t.Fatalf("%v, %v\n%s", err, c.diags, source)
	}
	out := map[string]string{}
	for _, a := range c.kit {
		out[a.Path] = string(a.Content)
	}
	p := c.plans[0]
	// The planning time doesn't depend only on the manifest.
	p.Search.Seconds = 0
	encoded, err := plan.JSON(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	out["plan --json"] = string(encoded)
	var b bytes.Buffer
	if err := printPlan(&b, p); err != nil {
		t.Fatal(err)
	}
	out["plan"] = b.String()
	for _, format := range []string{"mermaid", "dot", "svg"} {
		if out["graph "+format], err = draw(p, format); err != nil {
			t.Fatal(err)
		}
	}
	domain, problem, _ := pddl.Write(planner.NewProblem(c.manifest, planner.Options{}, p.Goal), p.Goal)
	out["pddl"] = string(domain) + string(problem)
	for _, d := range c.diags {
		out["diagnostics"] += d.Summary + d.Detail + "\n"
	}
	return out
}

// TestDiagnosticsShowNumbersAsWritten: diagnostics that contain numbers.
func TestDiagnosticsShowNumbersAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.StringMatching(`\.[0-9]{0,40}[1-9]`)
		low, high, beyond := "1"+decimals.Draw(t, "low"), "2"+decimals.Draw(t, "high"), "3"+decimals.Draw(t, "beyond")
		for block, wants := range map[string][]string{
			"min = LOW\n max = HIGH\n initial = BEYOND\n}":                                                  {"OG233", "starts at BEYOND, but it must be from LOW to HIGH"},
			"min = LOW\n initial = 0\n}":                                                                    {"OG233", "at least LOW"},
			"max = HIGH\n initial = BEYOND\n}":                                                              {"OG233", "at most HIGH"},
			"min = HIGH\n max = LOW\n initial = 2\n}":                                                       {"OG232", "max is LOW, which is less than min, HIGH"},
			"initial = 2\n}\naction \"a\" {\n cost = -LOW\n run = \"true\"\n}":                              {"OG240", "The cost -LOW is negative"},
			"initial = 2\n max = HIGH\n}\naction \"a\" {\n effects = { load = BEYOND }\n run = \"true\"\n}": {"OG241", "sets it to BEYOND is"},
			"initial = 2\n}\nsecret \"s\" {\n length = 24\n cost = -LOW\n}":                                 {"", "The cost -LOW is negative"},
		} {
			numbers := strings.NewReplacer("LOW", low, "HIGH", high, "BEYOND", beyond)
			source := "system \"x\" {}\nstate \"load\" {\n type = number\n " + numbers.Replace(block) + "\n"
			_, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(source)}}, Dir: "."})
			all := ""
			for _, d := range diags {
				all += fmt.Sprintln(diag.Code(d), d.Summary, d.Detail)
			}
			if want := numbers.Replace(wants[1]); !strings.Contains(all, wants[0]) || !strings.Contains(all, want) {
				t.Fatalf("%s\nhas no %s %q:\n%s", source, wants[0], want, all)
			}
		}
	})
}
