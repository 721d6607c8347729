package deploy

import (
	"strings"
	"testing"
	"text/template"
)

// TestLastProbe renders the template as docker inspect does.
func TestLastProbe(t *testing.T) {
	type entry struct {
		ExitCode int
		Output   string
	}
	type health struct{ Log []*entry }
	type container struct{ State struct{ Health *health } }
	_, rest, found := strings.Cut(runtime, "<<'TEMPLATE'\n")
	lastProbe, _, ended := strings.Cut(rest, "\nTEMPLATE\n")
	if !found || !ended {
		t.Fatal("the runtime has no last_probe")
	}
	page := template.Must(template.New("").Parse(lastProbe))
	for _, c := range []struct {
		health *health
		want   string
	}{
		{nil, ""},
		{&health{}, ""},
		{&health{[]*entry{{1, "first"}, {7, "refused\n"}}}, "The last healthcheck exited with status 7: refused\n"},
		{&health{[]*entry{{1, ""}}}, "The last healthcheck exited with status 1: "},
	} {
		var of container
		of.State.Health = c.health
		var b strings.Builder
		if err := page.Execute(&b, of); err != nil || b.String() != c.want {
			t.Errorf("%q, not %q: %v", b.String(), c.want, err)
		}
	}
}
