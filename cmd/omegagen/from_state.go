package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"slices"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// readState reads a state to plan from:
//
//	{"state": {"name": value}, "facts": ["image.x.ready"], "done": ["action"]}
//
// A state that is not named keeps its initial value; null is unknown. Names
// that the manifest doesn't have, and values of another type, are errors.
func readState(file string, m *manifest.Manifest) (*planner.From, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var in struct {
		State map[string]any `json:"state"`
		Facts []string       `json:"facts"`
		Done  []string       `json:"done"`
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: there is more than one value", file)
	}
	from := &planner.From{State: map[string]*manifest.Value{}}
	var wrong []error
	for _, name := range sortedKeys(in.State) {
		v, err := stateValue(m, name, in.State[name])
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		from.State[name] = v
	}
	for _, f := range in.Facts {
		fact, err := parseFact(m, f)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		from.Facts = append(from.Facts, fact)
	}
	for _, name := range in.Done {
		if !slices.ContainsFunc(m.Actions, func(a *manifest.Action) bool { return a.Name == name }) {
			wrong = append(wrong, fmt.Errorf("the manifest has no action %q", name))
		}
		from.Done = append(from.Done, name)
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%s: %w", file, errors.Join(wrong...))
	}
	return from, nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func stateValue(m *manifest.Manifest, name string, v any) (*manifest.Value, error) {
	i := slices.IndexFunc(m.States, func(s *manifest.State) bool { return s.Name == name })
	if i < 0 || m.States[i].Derived != nil {
		return nil, fmt.Errorf("the manifest has no state %q that can be set", name)
	}
	s := m.States[i]
	if v == nil {
		return nil, nil
	}
	out := &manifest.Value{Type: s.Type}
	ok := false
	switch s.Type {
	case manifest.Bool:
		out.Bool, ok = v.(bool)
	case manifest.String:
		out.Str, ok = v.(string)
	case manifest.Number:
		if n, isNumber := v.(json.Number); isNumber && len(n) < 1000 && !strings.ContainsAny(n.String(), "eE") {
			out.Num, ok = new(big.Rat).SetString(n.String())
		}
	case manifest.StringSet:
		out.Set, ok = stringSet(v)
	}
	if !ok {
		return nil, fmt.Errorf("state %q is a %s, and %v is none", name, s.Type, v)
	}
	return out, nil
}

func stringSet(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := []string{}
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	sort.Strings(out)
	return slices.Compact(out), true
}

// parseFact finds the fact with an address such as service.web.healthy.
func parseFact(m *manifest.Manifest, address string) (manifest.Fact, error) {
	_, f, near := planner.FactAt(m, address)
	if f != nil {
		return f.Fact, nil
	}
	return manifest.Fact{}, fmt.Errorf("the manifest has no fact %q%s", address, didYouMean(near))
}

func didYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + near[0] + "?"
}
