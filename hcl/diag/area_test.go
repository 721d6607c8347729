package diag

import (
	"regexp"
	"testing"
)

func TestAreasAreApart(t *testing.T) {
	code := regexp.MustCompile(`^OG\d{3}$`)
	last := ""
	for _, a := range Areas() {
		if !code.MatchString(a.From) || !code.MatchString(a.To) || a.Name == "" || a.Package == "" {
			t.Errorf("%+v is incomplete", a)
		}
		if a.From <= last || a.To < a.From {
			t.Errorf("%s to %s (%s) is out of order or overlaps what ends at %s", a.From, a.To, a.Name, last)
		}
		last = a.To
	}
	a := Area{From: "OG100", To: "OG109"}
	for code, want := range map[string]bool{"OG099": false, "OG100": true, "OG109": true, "OG110": false} {
		if a.Holds(code) != want {
			t.Errorf("%s in OG100 to OG109: %v", code, !want)
		}
	}
}
