package monitoring_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
)

// A path of the runbook becomes the address at which the repository's server shows the file.
func TestRunbookAddress(t *testing.T) {
	for source, want := range map[string]string{
		"https://github.com/example/shop":        "https://github.com/example/shop/blob/HEAD/kit/RUN%20BOOK.md",
		"https://github.com/example/shop.git":    "https://github.com/example/shop/blob/HEAD/kit/RUN%20BOOK.md",
		"https://www.gitlab.com/example/a/shop/": "https://www.gitlab.com/example/a/shop/-/blob/HEAD/kit/RUN%20BOOK.md",
		"https://bitbucket.org/example/shop":     "https://bitbucket.org/example/shop/src/HEAD/kit/RUN%20BOOK.md",
	} {
		src := strings.Replace(base, "system \"omega\" {", "system \"omega\" {\n  source = \""+source+"\"", 1) + `
prometheus {
  service     = service.prometheus
  runbook_url = "kit/RUN BOOK.md"
}
runbook "down" {}
alert "Down" {
  expr    = "up == 0"
  runbook = runbook.down
}
`
		m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if got := m.Alerts[0].RunbookURL; got != want+"#down" {
			t.Errorf("%s: %s", source, got)
		}
	}
}
