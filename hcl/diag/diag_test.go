package diag

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

var (
	testError   = Error("OG990", "Test error", "Only tests report it.")
	testWarning = Warning("OG991", "Test warning", "Only tests report it.")
)

func place(file string, at, end int) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: 1, Column: at + 1, Byte: at}, End: hcl.Pos{Line: 1, Column: end + 1, Byte: end}}
}

func TestSort(t *testing.T) {
	late := testError.At(place("a", 9, 10), "late")
	consequence := testError.At(place("a", 0, 1), "consequence")
	consequence.Extra = Extra{Code: "OG990", Rank: 1}
	in := hcl.Diagnostics{
		consequence, testWarning.At(place("a", 0, 1), "warning"), late,
		testError.At(place("b", 0, 1), "other file"), testError.At(place("a", 2, 3), "early"),
		testError.At(place("a", 9, 10), "late"),
	}
	var got []string
	for _, d := range Sort(in) {
		got = append(got, d.Detail)
	}
	if want := "early late,other file,warning,consequence"; strings.Join(got, ",") != strings.Replace(want, " ", ",", 1) {
		t.Fatalf("got %v", got)
	}
}

func TestWriteAndJSON(t *testing.T) {
	src := []byte("service \"web\" {\n  image = image.\u00e4\n}\n")
	f, diags := hclsyntax.ParseConfig(src, "main.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files := map[string]*hcl.File{"main.hcl": f}
	r := hcl.Range{Filename: "main.hcl", Start: hcl.Pos{Line: 2, Column: 11, Byte: 26}, End: hcl.Pos{Line: 2, Column: 18, Byte: 34}}
	d := testError.Fix(r, "image.b", "There is no \x1b[2Jimage.")
	var b bytes.Buffer
	if err := Write(&b, files, hcl.Diagnostics{d}, false); err != nil {
		t.Fatal(err)
	}
	want := "Error: Test error (OG990)\n\n  on main.hcl line 2, in service \"web\":\n   2:   image = image.\u00e4\n\nThere is no \\u001b[2Jimage.\n\n"
	if b.String() != want {
		t.Fatalf("got\n%s\nwant\n%s", b.String(), want)
	}
	list, err := json.Marshal(JSONList(files, hcl.Diagnostics{d}))
	if err != nil {
		t.Fatal(err)
	}
	var back []map[string]any
	if err := json.Unmarshal(list, &back); err != nil {
		t.Fatal(err)
	}
	s := back[0]["snippet"].(map[string]any)
	if back[0]["code"] != "OG990" || back[0]["fix"] != "image.b" || s["context"] != `service "web"` || s["code"] != "  image = image.\u00e4" ||
		s["highlight_start_offset"] != 10.0 || s["highlight_end_offset"] != 18.0 {
		t.Fatalf("%s", list)
	}
}

func TestCodesAreUnique(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("a second rule took the code OG990")
		}
	}()
	Error("OG990", "Again", "")
}
