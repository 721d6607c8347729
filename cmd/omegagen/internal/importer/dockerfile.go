package importer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher/ignorefile"

	lint "github.com/omegagen/omegagen/lint/dockerfile"
)

// dockerfile is a Dockerfile that was written as stages.
type dockerfile struct {
	source []byte
	args   map[string]string
	target string
	path   []string // of the build
	health map[string]any
	later  map[string]bool // arguments whose values are of deploy time
}

// staged reads the Dockerfile of a build as stages; an error says why it stays a Dockerfile.
func (d *Draft) staged(label string, build, drafted map[string]any) ([]*block, error) {
	source, err := dockerfileSource(build)
	if err != nil {
		return nil, err
	}
	file := &dockerfile{source: source, args: map[string]string{}, target: str(build["target"]), later: map[string]bool{}}
	for k, v := range mapOf(build["args"]) {
		if v != nil {
			file.args[k] = str(v)
			_, file.later[k] = at(drafted, "args", k).(*Text)
		}
	}
	stages, err := readDockerfile(file, mapOf(build["additional_contexts"]))
	if err != nil {
		return nil, err
	}
	d.dockerfiles[label] = file
	return stages, nil
}

func dockerfileSource(build map[string]any) ([]byte, error) {
	if inline := str(build["dockerfile_inline"]); inline != "" {
		return []byte(inline), nil
	}
	context, name := str(build["context"]), str(build["dockerfile"])
	if remote(context) {
		return nil, errors.New("the context is a repository")
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(context, name)
	}
	return os.ReadFile(name)
}

// ignored are the patterns of a build's ignore file.
func ignored(context, dockerfile string) []any {
	if dockerfile == "" {
		dockerfile = "Dockerfile"
	}
	if !filepath.IsAbs(dockerfile) {
		dockerfile = filepath.Join(context, dockerfile)
	}
	for _, name := range []string{dockerfile + ".dockerignore", filepath.Join(context, ".dockerignore")} {
		src, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if patterns, err := ignorefile.ReadAll(bytes.NewReader(src)); err == nil {
			return words(patterns)
		}
	}
	return nil
}

// CheckDockerfiles compares the Dockerfiles of the kit, by image, with those that they are from: for
// BuildKit, each pair must be the same build. Where it isn't, the Dockerfile is kept, and the draft has
// changed.
func (d *Draft) CheckDockerfiles(kit func(image string) []byte) (changed bool) {
	for _, label := range sortedKeys(d.dockerfiles) {
		f := d.dockerfiles[label]
		if err := lint.SameBuild(f.source, kit(label), f.args, f.target); err != nil {
			key := strings.Join(f.path, "\x00")
			d.level[key], d.why[key], changed = passed, err.Error(), true
		}
	}
	if changed {
		d.make()
	}
	return changed
}

// reader reads one Dockerfile.
type reader struct {
	file     *dockerfile
	contexts map[string]any
	global   map[string]string // of ARG before the first FROM
	stages   []*stageReader
	lex      *shell.Lex
}

// stageReader is a stage with the variables that are known in it.
type stageReader struct {
	*block
	name string
	env  map[string]string
	args map[string]string
}

// errUnsaid is what stages can't say.
type errUnsaid struct {
	line int
	what string
}

func (e errUnsaid) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.what) }

func readDockerfile(file *dockerfile, contexts map[string]any) (out []*block, err error) {
	parsed, err := parser.Parse(bytes.NewReader(file.source))
	if err != nil {
		return nil, err
	}
	if parsed.EscapeToken != '\\' {
		return nil, errors.New("it has another escape character")
	}
	r := &reader{file: file, contexts: contexts, global: map[string]string{}, lex: shell.NewLex('\\')}
	for _, n := range parsed.AST.Children {
		if err := r.instruction(n); err != nil {
			return nil, errUnsaid{n.StartLine, err.Error()}
		}
	}
	if len(r.stages) == 0 {
		return nil, errors.New("it has no stage")
	}
	for _, s := range r.stages {
		out = append(out, s.block)
	}
	return out, nil
}

func (r *reader) instruction(n *parser.Node) error {
	x, err := instructions.ParseInstruction(n)
	if err != nil {
		return err
	}
	comment := ""
	for _, line := range n.PrevComment {
		comment += strings.TrimSpace("# "+line) + "\n"
	}
	comment = strings.TrimSuffix(comment, "\n")
	switch c := x.(type) {
	case *instructions.Stage:
		return r.from(c, comment)
	case *instructions.ArgCommand:
		if len(r.stages) == 0 {
			return r.globalArg(c)
		}
	}
	if len(r.stages) == 0 {
		return errors.New("it is before the first stage")
	}
	s := r.stages[len(r.stages)-1]
	before := len(s.items)
	if e, ok := x.(instructions.SupportsSingleWordExpansion); ok {
		if err := e.Expand(r.expander(s)); err != nil {
			return err
		}
	}
	if err := r.step(s, n, x); err != nil {
		return err
	}
	if before < len(s.items) && s.items[before].block != nil {
		s.items[before].block.comment = comment
	}
	return nil
}

// expander replaces variables. Those that only the base image knows can't be.
func (r *reader) expander(s *stageReader) instructions.SingleWordExpander {
	env := map[string]string{}
	if s == nil {
		env = r.global
	} else {
		for _, from := range []map[string]string{s.args, s.env} {
			for k, v := range from {
				env[k] = v
			}
		}
	}
	return func(word string) (string, error) {
		got, err := r.lex.ProcessWordWithMatches(word, getter(env))
		if err != nil {
			return "", err
		}
		for name := range got.Unmatched {
			return "", fmt.Errorf("$%s has no value in the file", name)
		}
		return got.Result, nil
	}
}

type getter map[string]string

func (g getter) Get(key string) (string, bool) { v, ok := g[key]; return v, ok }
func (g getter) Keys() []string                { return sortedKeys(g) }

func (r *reader) globalArg(c *instructions.ArgCommand) error {
	if err := c.Expand(r.expander(nil)); err != nil {
		return err
	}
	for _, a := range c.Args {
		if v, ok := r.file.args[a.Key]; ok && !r.file.later[a.Key] {
			r.global[a.Key] = v
		} else if ok {
			delete(r.global, a.Key)
		} else if a.Value != nil {
			r.global[a.Key] = *a.Value
		}
	}
	return nil
}

func (r *reader) from(c *instructions.Stage, comment string) error {
	base, err := r.expander(nil)(c.BaseName)
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name = "stage_" + strconv.Itoa(len(r.stages))
	}
	s := &stageReader{block: &block{kind: "stage", label: identifier(name), comment: comment}, name: strings.ToLower(c.Name), env: map[string]string{}, args: map[string]string{}}
	for _, other := range r.stages {
		if other.label == s.label {
			return errors.New("two stages have one name")
		}
	}
	value := any(base)
	if other := r.stage(base); other != nil {
		value = ref{"stage", other.label}
		for k, v := range other.env {
			s.env[k] = v
		}
	}
	s.items = append(s.items, item{name: "from", value: value})
	if c.Platform != "" {
		s.items = append(s.items, item{name: "platform", value: c.Platform})
	}
	r.stages = append(r.stages, s)
	return nil
}

// stage is an earlier stage by name or number.
func (r *reader) stage(name string) *stageReader {
	for i := len(r.stages) - 1; i >= 0; i-- {
		if s := r.stages[i]; s.name != "" && s.name == strings.ToLower(name) {
			return s
		}
	}
	return nil
}
