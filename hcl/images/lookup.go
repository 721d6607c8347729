package images

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/distribution/reference"
)

//go:embed facts/*.json
var data embed.FS

// Family is the facts about one image in its versions and variants.
type Family struct {
	Name  string
	Match []string // repositories; an entry may be a glob over one path element

	versions func() []*Facts
}

// Versions are the entries, newest first. They are decoded on first use; an error in the data panics,
// and a test reads all of it.
func (f *Family) Versions() []*Facts { return f.versions() }

// Families lists all families by name.
var Families = sync.OnceValue(func() []*Family {
	entries, err := data.ReadDir("facts")
	if err != nil {
		panic(err)
	}
	out := make([]*Family, 0, len(entries))
	for _, e := range entries {
		f, err := open(e.Name())
		if err != nil {
			panic(fmt.Errorf("facts/%s: %w", e.Name(), err))
		}
		out = append(out, f)
	}
	return out
})

// open reads the start of a file: the family's name and repositories.
func open(name string) (*Family, error) {
	b, err := data.ReadFile("facts/" + name)
	if err != nil {
		return nil, err
	}
	f := &Family{}
	f.versions = sync.OnceValue(func() []*Facts {
		list, err := decode(b)
		if err != nil {
			panic(fmt.Errorf("facts/%s: %w", name, err))
		}
		for _, v := range list {
			v.Family = f.Name
		}
		return list
	})
	d := json.NewDecoder(bytes.NewReader(b))
	for _, want := range []any{json.Delim('{'), "family"} {
		if t, err := d.Token(); err != nil || t != want {
			return nil, fmt.Errorf("%v in place of %v (%w)", t, want, err)
		}
	}
	if err := d.Decode(&f.Name); err != nil {
		return nil, err
	}
	if t, err := d.Token(); err != nil || t != "match" {
		return nil, fmt.Errorf("%v in place of match (%w)", t, err)
	}
	return f, d.Decode(&f.Match)
}

// decode reads a whole file, strictly.
func decode(b []byte) ([]*Facts, error) {
	var whole struct {
		Family   string   `json:"family"`
		Match    []string `json:"match"`
		Versions []*Facts `json:"versions"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(&whole)
	return whole.Versions, err
}

// index finds families by repository: exact names, and globs in order of family.
type index struct {
	exact map[string]*Family
	globs []glob
}

type glob struct {
	pattern string
	family  *Family
}

var byRepository = sync.OnceValue(func() index {
	x := index{exact: map[string]*Family{}}
	for _, f := range Families() {
		for _, m := range f.Match {
			if strings.Contains(m, "*") {
				x.globs = append(x.globs, glob{qualify(m), f})
				continue
			}
			x.exact[qualify(m)] = f
		}
	}
	return x
})

// qualify adds the domain to a repository, as Docker does: `postgres` is docker.io/library/postgres.
// It supports globs too.
func qualify(repository string) string {
	first, _, several := strings.Cut(repository, "/")
	switch {
	case !several:
		return "docker.io/library/" + repository
	case strings.ContainsAny(first, ".:") || first == "localhost":
		return repository
	}
	return "docker.io/" + repository
}

// mirrors serve docker.io under another name.
var mirrors = []string{"registry-1.docker.io/", "registry.hub.docker.com/", "public.ecr.aws/docker/", "mirror.gcr.io/"}

// Reference is an image reference in its parts. Repository is as Docker resolves it, with its domain;
// Tag is "" if only a digest is given.
type Reference struct {
	Repository, Tag, Digest string
}

// Parse splits a reference as Docker does; false if Docker rejects it.
func Parse(ref string) (Reference, bool) {
	if ref == "scratch" {
		return Reference{Repository: "docker.io/library/scratch", Tag: "latest"}, true
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return Reference{}, false
	}
	out := Reference{Repository: named.Name()}
	for _, m := range mirrors {
		if rest, ok := strings.CutPrefix(out.Repository, m); ok && (strings.Contains(m, "docker.io") || strings.Contains(m, "docker.com") || strings.HasPrefix(rest, "library/")) {
			out.Repository = "docker.io/" + rest
			if !strings.Contains(rest, "/") {
				out.Repository = "docker.io/library/" + rest
			}
		}
	}
	if d, ok := named.(reference.Digested); ok {
		out.Digest = d.Digest().String()
	}
	if t, ok := named.(reference.Tagged); ok {
		out.Tag = t.Tag()
	} else if out.Digest == "" {
		out.Tag = "latest"
	}
	return out, true
}

// FamilyOf finds the family of a reference by its repository as Docker resolves it, never only by its
// last component; nil if none is known.
func FamilyOf(ref string) *Family {
	r, ok := Parse(ref)
	if !ok {
		return nil
	}
	x := byRepository()
	if f := x.exact[r.Repository]; f != nil {
		return f
	}
	for _, g := range x.globs {
		if match, _ := path.Match(g.pattern, r.Repository); match {
			return g.family
		}
	}
	return nil
}

// Lookup returns the facts about the image of a reference, nil if there are none: the first entry of
// its family whose variant matches the tag and whose range includes it. A tag with fewer numbers than
// a bound stands for the newest of its line; a tag without a number for the newest of all. The version
// of a digest without a tag can't be determined, so there are no facts about it.
func Lookup(ref string) *Facts {
	family := FamilyOf(ref)
	r, _ := Parse(ref)
	if family == nil || r.Tag == "" {
		return nil
	}
	for _, v := range family.Versions() {
		if v.TagHas != "" && !matches(v.TagHas, r.Tag) || v.TagHasNot != "" && matches(v.TagHasNot, r.Tag) {
			continue
		}
		if c, ok := compare(r.Tag, v.Range.Min); ok && c < 0 {
			continue
		}
		if c, ok := compare(r.Tag, v.Range.MaxExc); ok && c >= 0 {
			continue
		}
		return v
	}
	return nil
}

func matches(pattern, tag string) bool {
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(tag)
}

// compare orders a tag and a bound by the numbers that both have; false if one has none. A bound may
// start with a word, such as pg or *-pg: the tag's numbers are then those after that word.
func compare(tag, bound string) (int, bool) {
	i := strings.IndexAny(bound, "0123456789")
	if i < 0 {
		return 0, false
	}
	if word := strings.TrimPrefix(bound[:i], "*"); word != "" {
		_, after, found := strings.Cut(tag, word)
		if !found {
			return 0, false
		}
		tag = after
	}
	have, want := numbers(strings.TrimPrefix(tag, "v")), numbers(bound[i:])
	if len(have) == 0 {
		return 0, false
	}
	n := min(len(have), len(want))
	return slices.Compare(have[:n], want[:n]), true
}

// numbers are the dotted numbers at the start of a text.
func numbers(s string) []int {
	var out []int
	for {
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(s[:end])
		if err != nil {
			return out
		}
		out = append(out, n)
		if end == len(s) || s[end] != '.' {
			return out
		}
		s = s[end+1:]
	}
}

// Before reports whether a tag names a version before another one. A tag with fewer numbers stands for the
// newest of its line, and one without a number for the newest of all.
func Before(tag, version string) bool {
	c, ok := compare(tag, version)
	return ok && c < 0
}
