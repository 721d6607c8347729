package text_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/text"
)

// A slip is one edit, or two in a long name, where swapped letters count as one; the nearest may be
// further off.
func TestSlipAndNearest(t *testing.T) {
	names := []string{"storage.tsdb.path", "storage.tsdb.retention.time", "/-/healthy", "/-/ready", "web"}
	for _, test := range []struct{ name, slip, nearest string }{
		{"storage.tsdb.pth", "storage.tsdb.path", "storage.tsdb.path"},
		{"storage.tsdb.paht", "storage.tsdb.path", "storage.tsdb.path"},
		{"storage.tsbd.pth", "storage.tsdb.path", "storage.tsdb.path"},
		{"storge.tsdb.pth", "storage.tsdb.path", "storage.tsdb.path"},
		{"storage.ts.pa", "", "storage.tsdb.path"},
		{"storage.tsdb.path", "", ""},
		{"/-/helthy", "/-/healthy", "/-/healthy"},
		{"/-/healty", "/-/healthy", "/-/healthy"},
		{"/-/helty", "", "/-/healthy"},
		{"wbe", "web", "web"},
		{"we", "web", "web"},
		{"w", "", ""},
		{"elsewhere", "", ""},
		{strings.Repeat("w", 201), "", ""},
	} {
		if got := text.Slip(test.name, names); got != test.slip {
			t.Errorf("Slip(%q) = %q, want %q", test.name, got, test.slip)
		}
		if got := text.Nearest(test.name, names); got != test.nearest {
			t.Errorf("Nearest(%q) = %q, want %q", test.name, got, test.nearest)
		}
	}
}

// Edits counts swapped neighbours as one.
func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"a", "a", 0}, {"docker", "dokcer", 1}, {"docker", "dcker", 1}, {"", "abc", 3}, {"abc", "xyz", 3}} {
		if got := text.Edits(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d instead of %d", c.a, c.b, got, c.want)
		}
	}
}
