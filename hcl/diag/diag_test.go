package diag

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/internal/cputest"
)

var (
	testError   = Error("OG990", "Test error", "Only tests report it.")
	testOutput  = Error("OG992", "Test output", "Only tests report it.").In(StageOutput)
	testWarning = Warning("OG991", "Test warning", "Only tests report it.")
)

func place(file string, at, end int) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: 1, Column: at + 1, Byte: at}, End: hcl.Pos{Line: 1, Column: end + 1, Byte: end}}
}

func TestSort(t *testing.T) {
	late := testError.At(place("a", 9, 10), "late")
	consequence := testOutput.At(place("a", 0, 1), "consequence")
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
	if err := Write(&b, files, hcl.Diagnostics{d}, Style{}); err != nil {
		t.Fatal(err)
	}
	want := "Error: Test error (OG990)\n\n  on main.hcl line 2, column 11, in service \"web\":\n   2:   image = image.\u00e4\n\nThere is no \\u001b[2Jimage.\n\n"
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

// A thousand mistakes in a large file are printed quickly, and a very long line isn't printed
// completely.
func TestLargeFiles(t *testing.T) {
	line := "# " + strings.Repeat("\u00e4", 500) + "\n"
	files := func(lines int) map[string]*hcl.File {
		return map[string]*hcl.File{"a": {Bytes: []byte(strings.Repeat(line, lines)), Body: &hclsyntax.Body{}}}
	}
	var b bytes.Buffer
	write := func(lines int) {
		var diags hcl.Diagnostics
		for i := range lines {
			at := i*len(line) + 501
			r := hcl.Range{Filename: "a", Start: hcl.Pos{Line: i + 1, Column: 251, Byte: at}, End: hcl.Pos{Line: i + 1, Column: 252, Byte: at + 2}}
			diags = append(diags, testError.At(r, "no"))
		}
		b.Reset()
		if err := Write(&b, files(lines), diags, Style{}); err != nil {
			t.Fatal(err)
		}
		JSONList(files(lines), diags)
	}
	cputest.Linear(t, 2_500, write)
	if !utf8.Valid(b.Bytes()) || b.Len() > 10_000*500 || !strings.Contains(b.String(), "… \u00e4") {
		t.Errorf("%d bytes, beginning with %s", b.Len(), b.String()[:500])
	}
	whole := hcl.Range{Filename: "a", Start: hcl.InitialPos, End: hcl.Pos{Line: 9000, Column: 1, Byte: 8999 * len(line)}}
	b.Reset()
	if err := Write(&b, files(10_000), hcl.Diagnostics{testError.At(whole, "no")}, Style{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n > 20 {
		t.Errorf("%d lines for one mistake", n)
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

// Cases come in pairs, each for a rule: a wrong file name is detected when the program starts.
func TestAddCases(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	AddCases(fstest.MapFS{"cases/OG991_bad.hcl": file("bad"), "cases/OG991_good.hcl": file("good")})
	if testWarning.Bad != "bad" || testWarning.Good != "good" || testError.Bad != "" {
		t.Errorf("%+v, %+v", testWarning, testError)
	}
	testWarning.Bad, testWarning.Good = "", ""
	for name, files := range map[string]fstest.MapFS{
		"no rule":   {"cases/OG123_bad.hcl": file(""), "cases/OG123_good.hcl": file("")},
		"half":      {"cases/OG991_bad.hcl": file("")},
		"other one": {"cases/OG991_good.hcl": file("")},
		"misnamed":  {"cases/OG991_bda.hcl": file("")},
		"none":      {},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			AddCases(files)
		}()
	}
}
