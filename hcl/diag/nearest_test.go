package diag_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
)

// A slip is one letter, or two in a long name; the nearest may be further off.
func TestSlipAndNearest(t *testing.T) {
	names := []string{"storage.tsdb.path", "storage.tsdb.retention.time", "/-/healthy", "/-/ready", "web"}
	for _, test := range []struct{ name, slip, nearest string }{
		{"storage.tsdb.pth", "storage.tsdb.path", "storage.tsdb.path"},
		{"storage.tsdb.paht", "storage.tsdb.path", "storage.tsdb.path"},
		{"storage.tsbd.pth", "", "storage.tsdb.path"},
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
		if got := diag.Slip(test.name, names); got != test.slip {
			t.Errorf("Slip(%q) = %q, want %q", test.name, got, test.slip)
		}
		if got := diag.Nearest(test.name, names); got != test.nearest {
			t.Errorf("Nearest(%q) = %q, want %q", test.name, got, test.nearest)
		}
	}
}
