package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/templates/kittest"
)

// refactoring changes how a manifest says something, not what it says: every match of a pattern in the example's *.hcl files, or
// each file as a whole.
type refactoring struct {
	name, example, pattern, with string
	whole                        func(name, src string) map[string]string
}

const both = "constellation exogenesis-omega"

var refactorings = []refactoring{
	{name: "minutes instead of seconds", example: "constellation", pattern: `"60s"`, with: `"1m"`},
	{name: "megabytes instead of a gigabyte", example: both, pattern: `memory( +)= "1GB"`, with: `memory$1= "1024MB"`},
	{name: "a sum instead of a number", example: "constellation", pattern: `= 50051$`, with: "= 50000 + 51"},
	{name: "a conversion", example: both, pattern: `(retries +)= (\d+)$`, with: `$1= tonumber("$2")`},
	{name: "a condition that holds", example: "constellation", pattern: `networks( +)= \[network.backend\]`, with: `networks$1= true ? [network.backend] : []`},
	{name: "a list joined of two", example: "constellation", pattern: `privileges = \["insert", "update", "delete"\]`, with: `privileges = concat(["insert"], ["update", "delete"])`},
	{name: "parentheses", example: both, pattern: `precondition( +)= (state\.\w+)$`, with: "precondition$1= ($2)"},
	{name: "double negation", example: both, pattern: `precondition( +)= (state\.\w+)$`, with: "precondition$1= !(!$2)"},
	{name: "comments", example: both, pattern: `(?m)^(service|image|action|database) "`, with: "# A comment: docker system prune -af, password = \"hunter2\".\n$1 \""},
	{name: "other comments", example: both, pattern: `(?m)^(state|alert|table) "`, with: "// See the wiki.\n/* and\nthis */\n$1 \""},
	{name: "descriptions", example: both, pattern: `description = "([A-Z])`, with: `description = "Note: $1`},
	{name: "brackets around a test", example: both, pattern: `(?m)^(\s+)test "\$(\w+)" = "([^"]+)"$`, with: `$1[ "$$$2" = "$3" ]`},
	{name: "short options", example: both, pattern: `docker compose up --detach`, with: "docker compose up -d"},
	{name: "options with an equals sign", example: both, pattern: `docker compose logs --tail (\d+)`, with: "docker compose logs --tail=$1"},
	{name: "options apart", example: both, pattern: `curl -fsS `, with: "curl -f -s -S "},
	{name: "long options of curl", example: both, pattern: `curl -fsS `, with: "curl --fail --silent --show-error "},
	{name: "other names of variables", example: both, pattern: `\b(body)(=|")`, with: "answer_text$2"},
	{name: "a space after redirection", example: both, pattern: `> /dev/null`, with: ">/dev/null"},
	{name: "comments in scripts", example: both, pattern: `(?m)<<-EOT\n(\s+)`, with: "<<-EOT\n$1# First of all.\n$1"},
	{name: "braces around variables", example: both, pattern: `"\$(url|image|address)"`, with: "\"$$$${$1}\""},
	{name: "grouping before the operand", example: "constellation", pattern: `sum by \((\w+)\) \((rate\([^)]*\))\)`, with: "sum($2) by ($1)"},
	{name: "spaces in PromQL", example: both, pattern: `up\{job=\\"constellation\\"\}`, with: `up{ job = \"constellation\" }`},
	{name: "a regular expression without operators", example: both, pattern: `up\{job=\\"constellation\\"\}`, with: `up{job=~\"constellation\"}`},
	{name: "parentheses in PromQL", example: "constellation", pattern: `"constellation_database_up == 0"`, with: `"(constellation_database_up) == (0)"`},
	{name: "lower case in SQL", example: both, pattern: `\b(SELECT|FROM|WHERE|ORDER BY|LIMIT|INSERT INTO|VALUES)\b ?`, with: ""},
	{name: "types by their other names", example: both, pattern: `"timestamp with time zone"`, with: `"timestamptz"`},
	{name: "other synonyms of types", example: both, pattern: `"(integer|bigint)"\n`, with: ""},
	{name: "blocks in reverse order", whole: reversed, example: both},
	{name: "a file for each block", whole: scattered, example: both},
	{name: "Windows line ends outside of texts", whole: carriageReturns, example: both},
	{name: "tabs", whole: func(name, src string) map[string]string { return map[string]string{name: leading(src, "\t")} }, example: "constellation"},
	{name: "one file", whole: func(_, src string) map[string]string { return map[string]string{"all.hcl": src} }, example: both},
}

// sourceBlocks are the top-level blocks of a file with the comments before them.
func sourceBlocks(name, src string) []string {
	f, _ := hclsyntax.ParseConfig([]byte(src), name, hcl.InitialPos)
	var out []string
	from := 0
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		to := b.Range().End.Byte
		out = append(out, src[from:to]+"\n")
		from = to
	}
	return out
}

func reversed(name, src string) map[string]string {
	blocks := sourceBlocks(name, src)
	slices.Reverse(blocks)
	return map[string]string{name: strings.Join(blocks, "\n")}
}

func scattered(name, src string) map[string]string {
	out := map[string]string{}
	for i, b := range sourceBlocks(name, src) {
		out[strings.TrimSuffix(name, ".hcl")+"-"+string(rune('a'+i%26))+strings.Repeat("x", i/26)+".hcl"] = b
	}
	return out
}

// carriageReturns ends the lines that hold no text of several lines.
func carriageReturns(name, src string) map[string]string {
	tokens, _ := hclsyntax.LexConfig([]byte(src), name, hcl.InitialPos)
	var b strings.Builder
	for i, t := range tokens {
		from := 0
		if i > 0 {
			from = tokens[i-1].Range.End.Byte
		}
		b.WriteString(src[from:t.Range.Start.Byte])
		if t.Type == hclsyntax.TokenNewline {
			b.WriteString("\r")
		}
		b.Write(t.Bytes)
	}
	return map[string]string{name: b.String()}
}

// leading writes the indentation of the lines outside of texts otherwise.
func leading(src, with string) string {
	heredoc := ""
	var out []string
	for _, l := range strings.Split(src, "\n") {
		trimmed := strings.TrimLeft(l, " ")
		if heredoc == "" {
			l = strings.Repeat(with, (len(l)-len(trimmed))/2) + trimmed
			if m := regexp.MustCompile(`<<-?([A-Z]+)$`).FindStringSubmatch(l); m != nil {
				heredoc = m[1]
			}
		} else if strings.TrimSpace(l) == heredoc {
			heredoc = ""
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// apply returns the example's files after the refactoring, and how often it was made.
func (r *refactoring) apply(files fstest.MapFS) (out fstest.MapFS, times int) {
	out = fstest.MapFS{}
	all := map[string]string{}
	re := regexp.MustCompile("(?m)" + r.pattern)
	synonyms := map[string]string{"integer": "int", "bigint": "int8"}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := files[name]
		if !strings.HasSuffix(name, ".hcl") || strings.Contains(name, "/") || strings.HasSuffix(name, ".vars.hcl") {
			out[name] = f
			continue
		}
		src := string(f.Data)
		if r.whole != nil {
			for n, s := range r.whole(name, src) {
				all[n] += s
			}
			times++
			continue
		}
		times += len(re.FindAllString(src, -1))
		all[name] = re.ReplaceAllStringFunc(src, func(s string) string {
			switch {
			case r.with != "":
				return re.ReplaceAllString(s, r.with)
			case strings.HasPrefix(s, "\""):
				m := re.FindStringSubmatch(s)
				return strings.Replace(s, m[1], synonyms[m[1]], 1)
			}
			return strings.ToLower(s)
		})
	}
	for n, s := range all {
		out[n] = &fstest.MapFile{Data: []byte(s), Mode: 0o644}
	}
	return out, times
}

// Harmless refactorings of the examples in which mistakes are sown are silent.
func TestRefactoringsAreSilent(t *testing.T) {
	if len(refactorings) < 30 {
		t.Errorf("only %d", len(refactorings))
	}
	for i, r := range refactorings {
		if raced && i%8 != 0 { // make test also runs it without the race detector
			continue
		}
		made := 0
		for _, example := range strings.Fields(r.example) {
			files, n := r.apply(exampleFS(t, example))
			if made += n; n == 0 {
				continue
			}
			t.Run(r.name+" in "+example, func(t *testing.T) {
				t.Parallel()
				c := read(loader.Input{FS: files, Dir: "example", Kit: kittest.Place(example), Look: look("../../examples/" + example)}, policy.Levels{})
				if c.whole {
					c.files()
				}
				for _, d := range diag.WithoutAdvice(c.diags) {
					t.Errorf("after %d changes: %s", n, diagtest.Describe(d))
				}
			})
		}
		if made == 0 {
			t.Errorf("%s: nothing to change", r.name)
		}
	}
}
