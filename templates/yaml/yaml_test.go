package yaml_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"

	"github.com/omegagen/omegagen/templates/yaml"
)

type probe struct {
	Test     []string `yaml:"test,flow"`
	Interval string   `yaml:"interval,omitempty"`
}

type service struct {
	from        string
	Image       string            `yaml:"image"`
	Environment map[string]string `yaml:"environment,omitempty"`
	Healthcheck *probe            `yaml:"healthcheck,omitempty"`
	Ports       []port            `yaml:"ports,omitempty"`
	CPUs        *big.Rat          `yaml:"cpus,omitempty"`
	Extra       map[string]any    `yaml:",inline"`
}

func (s service) YAMLComment() string { return s.from }

type port struct {
	Target  int    `yaml:"target"`
	Name    string `yaml:"name"`
	comment string
}

func (p port) YAMLComment() string { return p.comment }

type doc struct {
	Name     string   `yaml:"name"`
	Services yaml.Map `yaml:"services,spaced"`
	Volumes  yaml.Map `yaml:"volumes,omitempty"`
}

func TestLayout(t *testing.T) {
	d := doc{Name: "yes", Services: yaml.Map{
		{Key: "web", Value: &service{
			from: "from service \"web\"\nevil: true", Image: "web:1",
			Environment: map[string]string{"B": "1", "A": "line one\nline two\n"},
			Healthcheck: &probe{Test: []string{"CMD-SHELL", "true: x"}, Interval: "10s"},
			Ports:       []port{{80, "http", "the port"}, {443, "", ""}},
			CPUs:        big.NewRat(1, 2),
			Extra:       map[string]any{"image": "other", "zz": []any{nil, true, []any{}}, "tty": false},
		}},
		{Key: "db", Value: service{Image: "db"}, Comment: "the database"},
	}}
	got, err := yaml.Marshal("Code generated.", d)
	if err != nil {
		t.Fatal(err)
	}
	want := `# Code generated.

name: "yes"

services:
  # from service "web"
  # evil: true
  web:
    image: other
    environment:
      A: |
        line one
        line two
      B: "1"
    healthcheck:
      test: ["CMD-SHELL", "true: x"]
      interval: 10s
    ports:
      # the port
      - target: 80
        name: http
      - target: 443
        name: ""
    cpus: 0.5
    tty: false
    zz:
      - null
      - true
      - []

  # the database
  db:
    image: db
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

type secret string

func (s secret) YAMLValue() any { return yaml.Raw("${" + string(s) + "}") }

func TestEncoder(t *testing.T) {
	d := yaml.Map{{Key: "$k", Value: "$v"}, {Key: "env", Value: map[string]any{"A": secret("A"), "B": []string{"$b"}}}, {Key: "num", Value: big.NewRat(5, 4)}}
	got, err := yaml.Encoder{String: func(s string) string { return strings.ReplaceAll(s, "$", "$$") }}.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if want := "$k: $$v\n\nenv:\n  A: ${A}\n  B:\n    - $$b\n\nnum: 1.25\n"; string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	tree, err := yaml.Tree(d, func(v yaml.Valuer) any { return "value of " + string(v.(secret)) })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(tree), "map[$k:$v env:map[A:value of A B:[$b]] num:1.25]"; got != want {
		t.Errorf("tree is %s, want %s", got, want)
	}
}

func TestErrors(t *testing.T) {
	for name, d := range map[string]any{
		"scalar":     "x",
		"list":       []string{"x"},
		"nil":        nil,
		"not UTF-8":  map[string]string{"a": "\xff"},
		"key":        map[string]string{"\xff": "a"},
		"int keys":   map[int]string{1: "a"},
		"func":       map[string]any{"a": func() {}},
		"a third":    map[string]any{"a": big.NewRat(1, 3)},
		"double key": yaml.Map{{Key: "a"}, {Key: "a"}},
		"inline slice": struct {
			A []string `yaml:",inline"`
		}{},
	} {
		if out, err := yaml.Marshal("", d); err == nil {
			t.Errorf("%s: no error but\n%s", name, out)
		}
	}
}

var hostile = []string{
	"", " ", "a", "~", "null", "Null", "yes", "No", "on", "OFF", "y", "N", "true", "False",
	"1", "-1", "+1", "0x1f", "0o7", "017", "1_000", "1e3", "1.5", ".5", "1.", "-.inf", ".NaN", "1:30", "1:30:20.5",
	"2001-01-01", "2001-01-01T00:00:00Z", "<<", "=", "@x", "`x`", "%x", "&a", "*a", "!a", "!!str a", "|", ">", "'", "\"", "''",
	"[a]", "{a}", "{{.}}", "${y}", "$(touch x)", "$$", "a: b", "a:", ": a", "a #b", "#b", "a#b", "- a", "-", "--", "---", "...", "--- a",
	"? a", "?", ":", ",", "a,b", "a\nb", "a\n", "\na", "\n", "\n\n", "a\n\n", "a\n\nb\n", "a\n  b", " a\nb", "\ta\nb", "a\n\tb", "a \nb", "a\t\nb", "a\nb ",
	"#a\nb", "a\n#b", "---\nb", "a\n---\n", "a\n...\nb", "a\tb", "\t", "trailing ", " leading", "\r", "a\r\nb", "\u0085", "a\u0085b", "\u2028", "a\u2029b",
	"\ufeff", "a\ufeffb", "\u0000", "\u0001", "\u001b[0m", "\u007f", "\u009f", "\u00a0", "é", "日本語", "😀", "a😀b", "\U000e0001", "\u202e", "\ufffd", "\ufffe",
	"a: |\n  b", "10s", "1h30m", "5m", "1d", "1E3", "0b1", "12e03", "./x", "../x", ".x", "..", "/x", "C:\\x", "\\", "\\n", "127.0.0.1", "8080:80", "sha256:abc",
	strings.Repeat("x", 600), strings.Repeat("x y ", 600), strings.Repeat("é", 2000), strings.Repeat("a\n", 600),
}

// check encodes s in every position and reads it back with readers of YAML
// 1.1 (v2) and of 1.2 (v3, v4).
func check(t *testing.T, s string) {
	t.Helper()
	type item struct {
		First string `yaml:"first"`
		Rest  string `yaml:"rest"`
	}
	type all struct {
		Value string            `yaml:"value"`
		Keys  map[string]string `yaml:"keys"`
		List  []string          `yaml:"list"`
		Flow  []string          `yaml:"flow,flow"`
		Items []item            `yaml:"items"`
		Deep  [][]string        `yaml:"deep"`
		Any   map[string]any    `yaml:"any"`
		Last  string            `yaml:"last"`
	}
	d := all{s, map[string]string{s: s, "k" + s: s}, []string{s, s}, []string{s, s}, []item{{s, s}, {s, s}}, [][]string{{s, s}, {s}}, map[string]any{"x": s}, s}
	entries := yaml.Map{
		{Key: "value", Value: d.Value, Comment: s}, {Key: "keys", Value: d.Keys, Comment: s}, {Key: "list", Value: d.List},
		{Key: "flow", Value: d.Flow}, {Key: "items", Value: d.Items, Comment: s}, {Key: "deep", Value: d.Deep},
		{Key: "any", Value: d.Any}, {Key: "last", Value: d.Last, Comment: s},
	}
	for _, in := range []any{d, entries} {
		out, err := yaml.Marshal(s, in)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		for name, unmarshal := range map[string]func([]byte, any) error{
			"v2": func(b []byte, v any) error { return yaml2.UnmarshalStrict(b, v) },
			"v3": yaml3.Unmarshal,
			"v4": func(b []byte, v any) error { return yaml4.Unmarshal(b, v) },
		} {
			var got all
			if err := unmarshal(out, &got); err != nil {
				t.Fatalf("%s: %q: %v\n%.2000s", name, s, err, out)
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", d) {
				t.Fatalf("%s: %q is read back as %q\n%.2000s", name, s, got, out)
			}
			// A typed field would turn a number into a string by itself.
			var untyped struct {
				Value, Last any
				List, Flow  []any
				Any         map[string]any
				Keys        map[any]any
				Items, Deep any
			}
			if err := unmarshal(out, &untyped); err != nil {
				t.Fatalf("%s: %q: %v\n%.2000s", name, s, err, out)
			}
			for _, g := range append(append(untyped.List, untyped.Flow...), untyped.Value, untyped.Last, untyped.Any["x"], untyped.Keys[s]) {
				if g != any(s) {
					t.Fatalf("%s: %q is read back as %#v\n%.2000s", name, s, g, out)
				}
			}
		}
	}
}

func TestHostileStrings(t *testing.T) {
	for _, s := range hostile {
		check(t, s)
	}
}

func FuzzMarshal(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, strings.ToValidUTF8(s, "?"))
	})
}
