package lang

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

// MaxBytes bounds the total size of a manifest's files.
const MaxBytes = 64 << 20

// ReadFiles reads and parses the manifest in the root of fsys: its *.hcl files except *.vars.hcl.
// Ranges name each file as display/name. Files with syntax errors are returned as far as they were
// parsed. Files are parsed in parallel; the result is in their order.
func ReadFiles(fsys fs.FS, display string) (map[string]*hcl.File, hcl.Diagnostics) {
	here := diag.File(display)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, hcl.Diagnostics{ruleRead.At(here, "Can't read the folder %q: %s. Name the folder that contains the manifest's *.hcl files.", display, reason(err))}
	}
	var diags hcl.Diagnostics
	var names []string
	for _, e := range entries {
		n := e.Name()
		if strings.HasSuffix(n, ".hcl") && !strings.HasSuffix(n, ".vars.hcl") && !strings.HasPrefix(n, ".") {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	if len(names) == 0 {
		return nil, hcl.Diagnostics{ruleEmpty.At(here,
			"The folder %q contains no *.hcl file. Run `omegagen init` there to create a small manifest, or name the folder of the manifest.", display)}
	}
	parsed := make([]parsedFile, len(names))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	left := int64(MaxBytes)
	for i, n := range names {
		p := &parsed[i]
		p.name = path.Join(display, n)
		at := diag.File(p.name)
		src, err := readAll(fsys, n, left)
		if errors.Is(err, errTooLarge) {
			p.diags = hcl.Diagnostics{ruleSize.At(at,
				"With this file the manifest exceeds 64 MB. Move generated data into files that are read with file() or into variables.")}
			break
		}
		if err != nil {
			p.diags = hcl.Diagnostics{ruleRead.At(at, "Can't read the file: %s.", reason(err))}
			continue
		}
		left -= int64(len(src))
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			p.file, p.diags = Parse(src, p.name)
			<-slots
		}()
	}
	wg.Wait()
	files := map[string]*hcl.File{}
	for _, p := range parsed {
		if p.file != nil {
			files[p.name] = p.file
		}
		diags = append(diags, p.diags...)
	}
	return files, diags
}

type parsedFile struct {
	name  string
	file  *hcl.File
	diags hcl.Diagnostics
}

var errTooLarge = errors.New("too large")

func readAll(fsys fs.FS, name string, limit int64) ([]byte, error) {
	st, err := fs.Stat(fsys, name) // first, because opening a named pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st.Size() > limit {
		return nil, errTooLarge
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errTooLarge
	}
	return b, err
}

// reason drops the operation and path of a file error: the range has the path.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if err.Error() == "path escapes from parent" { // os.Root has no name for it
		return "it is a symbolic link that leads out of the manifest's folder"
	}
	return err.Error()
}

// Parse parses one file. The file is never nil: after an error it contains what was parsed. CRLF line
// ends are read as LF, so that scripts in heredocs don't depend on how the file was checked out (byte
// offsets of ranges then refer to the text as read).
func Parse(src []byte, filename string) (*hcl.File, hcl.Diagnostics) {
	if bytes.Contains(src, []byte("\r\n")) {
		src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	}
	empty := &hcl.File{Bytes: src, Body: &hclsyntax.Body{SrcRange: hcl.Range{Filename: filename}}}
	if i := badByte(src); i >= 0 {
		pos := posAt(src, i)
		return empty, hcl.Diagnostics{ruleEncoding.At(hcl.Range{Filename: filename, Start: pos, End: pos},
			"The byte 0x%02x here is not part of valid UTF-8 text. Save the file as UTF-8.", src[i])}
	}
	if d := tooDeep(src, filename); d != nil {
		return empty, hcl.Diagnostics{d}
	}
	f, ds := hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
	if f == nil {
		f = empty
	}
	var kept hcl.Diagnostics
	lines := map[int]bool{}
	openQuote := false
	for _, d := range ds {
		if d.Summary == "Invalid multi-line string" {
			if openQuote { // after a forgotten quote all further ones begin where they should end
				continue
			}
			openQuote = true
			d.Detail = "The string lacks its closing quotation mark on this line. Write a string of several lines with \\n, or as a heredoc: <<EOT."
		}
		if d.Subject != nil { // later errors on the line follow from the first
			if lines[d.Subject.Start.Line] {
				continue
			}
			lines[d.Subject.Start.Line] = true
		}
		adviseEscape(d, src)
		kept = append(kept, d)
	}
	return f, kept
}

// adviseEscape explains how to write a shell's or curl's template characters, which HCL interprets as
// its own.
func adviseEscape(d *hcl.Diagnostic, src []byte) {
	switch d.Summary {
	case "Invalid template directive", "Invalid template control keyword":
		d.Detail += " In a string, %{ starts a template directive; write a literal %{ as %%{."
		return
	}
	if d.Subject == nil || strings.Contains(d.Detail, "$${") || d.Subject.Start.Byte > len(src) {
		return
	}
	line := src[:d.Subject.Start.Byte]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	adviseOperator(d, string(line), string(src[d.Subject.Start.Byte:]))
	if i := bytes.LastIndex(line, []byte("${")); i >= 0 && !bytes.Contains(line[i:], []byte("}")) {
		d.Detail += " In a string, ${ starts a template interpolation; write a shell's ${…} as $${…}."
	}
}

var unquotedLabel = regexp.MustCompile(`^([a-z_]+)[ \t]+([^\s"={}]+)[ \t]*\{`)

// adviseOperator explains mistakes that other languages suggest: before and after are the source around the error.
func adviseOperator(d *hcl.Diagnostic, before, after string) {
	after, _, _ = strings.Cut(after, "\n")
	word, _, _ := strings.Cut(after, " ")
	switch {
	case word == "and":
		d.Detail += " Write && for and."
	case word == "or":
		d.Detail += " Write || for or."
	case word == "not":
		d.Detail += " Write ! for not."
	case d.Summary == "Missing newline after argument" && strings.HasPrefix(after, "="):
		d.Detail += " To compare two values, write ==."
	case d.Summary == "Missing newline after argument" && strings.HasSuffix(before, `"`) && strings.Contains(after, `"`):
		d.Detail += " In a string, write a quotation mark as \\\"."
	case unquotedLabel.MatchString(after):
		m := unquotedLabel.FindStringSubmatch(after)
		d.Detail += fmt.Sprintf(" If this is the label of a block, put it in quotes: %s %q {.", m[1], m[2])
	}
}

func badByte(src []byte) int {
	for i := 0; i < len(src); {
		c := src[i]
		if c == 0 {
			return i
		}
		if c < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func posAt(src []byte, i int) hcl.Pos {
	line := 1 + bytes.Count(src[:i], []byte("\n"))
	col := 1 + utf8.RuneCount(src[bytes.LastIndexByte(src[:i], '\n')+1:i])
	return hcl.Pos{Line: line, Column: col, Byte: i}
}
