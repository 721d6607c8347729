package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

var ruleFromState = diag.Error("OG308", "Invalid planning state",
	"The file of `plan --from-state` is one JSON object: `{\"state\": {\"name\": value}, \"facts\": [\"image.x.ready\"], \"done\": [\"action\"]}`. A state that isn't listed keeps its initial value, and null makes it unknown; a fact or action that isn't listed doesn't hold, or isn't done. Names that the manifest doesn't declare, values of another type or outside min and max, and duplicate names are errors.")

// readState reads a state to plan from. src is the content of the file, shown in its diagnostics.
func readState(file string, m *manifest.Manifest) (from *planner.From, src []byte, diags hcl.Diagnostics, err error) {
	src, err = os.ReadFile(file)
	if err != nil {
		return nil, nil, nil, failure{err}
	}
	r := &stateReader{m: m, file: file, src: src, from: &planner.From{State: map[string]*manifest.Value{}}, names: map[string]bool{}}
	r.read()
	return r.from, src, r.diags, nil
}

type stateReader struct {
	m     *manifest.Manifest
	file  string
	src   []byte
	from  *planner.From
	names map[string]bool // states and facts that were set
	diags hcl.Diagnostics
}

// The file is read token by token with encoding/json, which provides offsets. Of the readers that
// provide ranges, hcl/v2/json normalizes Unicode in strings, rounds numbers to 512 bits before their
// length can be checked, and has no nesting limit; but deploy.sh recorded what a script printed, and
// that must be read back exactly.

// jsonValue is a JSON value with its position: a string, json.Number, bool, nil, or a list or object
// with its parts.
type jsonValue struct {
	v          any
	start, end int
	kind       byte // [ or {, otherwise 0
	keys       []jsonValue
	parts      []jsonValue
}

func (r *stateReader) wrong(at jsonValue, format string, args ...any) {
	rng := hcl.Range{Filename: r.file, Start: position(r.src, at.start), End: position(r.src, at.end)}
	r.diags = append(r.diags, ruleFromState.At(rng, format, args...))
}

// position counts lines and columns up to an offset.
func position(src []byte, offset int) hcl.Pos {
	before := src[:min(offset, len(src))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return hcl.Pos{Line: bytes.Count(before, []byte("\n")) + 1, Column: len([]rune(string(before[line:]))) + 1, Byte: len(before)}
}

func (r *stateReader) read() {
	dec := json.NewDecoder(bytes.NewReader(r.src))
	dec.UseNumber()
	top, err := r.value(dec, 0)
	if err == nil {
		if _, err = dec.Token(); err == nil {
			at := int(dec.InputOffset())
			r.wrong(jsonValue{start: at - 1, end: at}, "The file contains more than one JSON value.")
			return
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		at := int(dec.InputOffset())
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset) - 1
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("unexpected end of file")
		}
		r.wrong(jsonValue{start: max(at, 0), end: at + 1}, "Can't parse the file as JSON: %s.", err)
		return
	}
	if top.kind != '{' {
		r.wrong(top, "The file must be an object with the keys state, facts and done.")
		return
	}
	seen := map[string]bool{}
	for i, k := range top.keys {
		name := k.v.(string)
		if seen[name] {
			r.wrong(k, "The key %q is duplicate.", name)
			continue
		}
		seen[name] = true
		switch name {
		case "state":
			r.states(top.parts[i])
		case "facts":
			r.list(top.parts[i], "facts", r.fact)
		case "done":
			r.list(top.parts[i], "actions that are done", r.done)
		default:
			r.wrong(k, "The key %q is not supported; use state, facts and done.", name)
		}
	}
}

// deepest is the nesting limit; no state requires as much.
const deepest = 20

// value reads the next value with its position.
func (r *stateReader) value(dec *json.Decoder, depth int) (jsonValue, error) {
	if depth > deepest {
		return jsonValue{}, errors.New("its values are nested too deeply")
	}
	start := int(dec.InputOffset())
	tok, err := dec.Token()
	if err != nil {
		return jsonValue{}, err
	}
	for start < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[start]) >= 0 {
		start++
	}
	out := jsonValue{v: tok, start: start, end: int(dec.InputOffset())}
	d, nested := tok.(json.Delim)
	if !nested {
		return out, nil
	}
	out.v, out.kind = nil, byte(d)
	for dec.More() {
		if d == '{' {
			k, err := r.value(dec, depth+1)
			if err != nil {
				return out, err
			}
			out.keys = append(out.keys, k)
		}
		p, err := r.value(dec, depth+1)
		if err != nil {
			return out, err
		}
		out.parts = append(out.parts, p)
	}
	_, err = dec.Token()
	out.end = int(dec.InputOffset())
	return out, err
}

// once records a name, and reports a duplicate.
func (r *stateReader) once(at jsonValue, name string) bool {
	if r.names[name] {
		r.wrong(at, "%s is listed twice.", name)
		return false
	}
	r.names[name] = true
	return true
}

func (r *stateReader) states(x jsonValue) {
	if x.kind != '{' {
		r.wrong(x, "The value of `state` must be an object of states and their values.")
		return
	}
	for i, k := range x.keys {
		name := k.v.(string)
		if !r.once(k, "State "+name) {
			continue
		}
		at := slices.IndexFunc(r.m.States, func(s *manifest.State) bool { return s.Name == name })
		switch {
		case at < 0:
			_, _, near := planner.FactAt(r.m, "state."+name, planner.Options{})
			r.wrong(k, "The manifest has no state %q%s", name, suggestion(near))
		case r.m.States[at].Derived != nil:
			r.wrong(k, "State %q is derived from other states; set those instead.", name)
		default:
			r.state(r.m.States[at], x.parts[i])
		}
	}
}

// state sets one state.
func (r *stateReader) state(s *manifest.State, x jsonValue) {
	if x.v == nil && x.kind == 0 {
		r.from.State[s.Name] = nil // unknown
		return
	}
	out := &manifest.Value{Type: s.Type}
	ok := false
	switch s.Type {
	case manifest.Bool:
		out.Bool, ok = x.v.(bool)
	case manifest.String:
		out.Str, ok = x.v.(string)
	case manifest.Number:
		out.Num, ok = exact(x.v)
	case manifest.StringSet:
		ok = x.kind == '['
		for _, p := range x.parts {
			e, isString := p.v.(string)
			if ok && !isString {
				r.wrong(p, "State %q is a set of strings, but an element of this value isn't a string.", s.Name)
				return
			}
			out.Set = append(out.Set, e)
		}
		slices.Sort(out.Set)
		out.Set = slices.Compact(out.Set)
	}
	if !ok {
		r.wrong(x, "State %q is a %s, but this value isn't.", s.Name, s.Type)
		return
	}
	if n := out.Num; n != nil && (s.Min != nil && n.Cmp(s.Min) < 0 || s.Max != nil && n.Cmp(s.Max) > 0) {
		r.wrong(x, "The value of state %q is outside its min and max.", s.Name)
		return
	}
	r.from.State[s.Name] = out
}

// mostDigits bounds the length of numbers.
const mostDigits = 1000

// exact parses a number exactly as it is written.
func exact(v any) (*big.Rat, bool) {
	n, ok := v.(json.Number)
	if !ok || len(n) > mostDigits {
		return nil, false
	}
	if _, exp, found := strings.Cut(strings.ToLower(n.String()), "e"); found && len(strings.Trim(exp, "+-0")) > 3 {
		return nil, false
	}
	return new(big.Rat).SetString(n.String())
}

func (r *stateReader) list(x jsonValue, what string, each func(jsonValue, string)) {
	if x.kind != '[' {
		r.wrong(x, "This must be a list of %s.", what)
		return
	}
	for _, p := range x.parts {
		if s, ok := p.v.(string); ok {
			each(p, s)
		} else {
			r.wrong(p, "The list of %s must contain only strings.", what)
		}
	}
}

func (r *stateReader) fact(x jsonValue, address string) {
	_, f, near := planner.FactAt(r.m, address, planner.Options{})
	if f == nil {
		r.wrong(x, "The manifest has no fact %q%s", address, suggestion(near))
		return
	}
	if r.once(x, "Fact "+address) {
		r.from.Facts = append(r.from.Facts, f.Fact)
	}
}

func (r *stateReader) done(x jsonValue, name string) {
	if !slices.ContainsFunc(r.m.Actions, func(a *manifest.Action) bool { return a.Name == name }) {
		_, _, near := planner.FactAt(r.m, "action."+name, planner.Options{})
		r.wrong(x, "The manifest has no action %q%s", name, suggestion(near))
		return
	}
	if r.once(x, "Action "+name) {
		r.from.Done = append(r.from.Done, name)
	}
}

// suggestion ends a sentence about an unknown name, with the nearest known one if there is one.
func suggestion(near []string) string {
	if len(near) == 0 {
		return "."
	}
	return "." + text.Suggestion(near[0])
}
