package lang

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// ReadFile reads a file of the manifest's folder. The path is relative to the folder and can't leave
// it; the FS handles symbolic links.
func (p *Evaluation) ReadFile(name string) ([]byte, error) {
	clean, err := insidePath(name)
	if err != nil {
		return nil, err
	}
	if b, ok := p.fileCache[clean]; ok {
		return b, nil
	}
	if p.in.FS == nil {
		return nil, errors.New("files can't be read here")
	}
	b, err := readAll(p.in.FS, clean, MaxBytes)
	if err != nil {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = errors.New("there is no such file in the manifest's folder")
		case errors.Is(err, errTooLarge):
			err = errors.New("the file is larger than 64 MB")
		default:
			err = errors.New(reason(err))
		}
		return nil, fmt.Errorf("%q can't be read: %w", name, err)
	}
	if p.fileCache == nil {
		p.fileCache = map[string][]byte{}
	}
	p.fileCache[clean] = b
	return b, nil
}

// insidePath cleans a path that must not leave the manifest's folder.
func insidePath(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("the path is empty")
	case path.IsAbs(name):
		return "", fmt.Errorf("%q is an absolute path; only files in the manifest's folder can be read, by relative paths", name)
	}
	clean := path.Clean(name)
	if !fs.ValidPath(clean) || strings.ContainsAny(name, "\\\x00") {
		return "", fmt.Errorf("%q leads out of the manifest's folder; only files inside it can be read", name)
	}
	return clean, nil
}

func textOf(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", errors.New("the file isn't UTF-8 text; use filebase64, or a hash of it")
	}
	return string(b), nil
}

func (p *Evaluation) fileFunc(f func([]byte) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			b, err := p.ReadFile(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			s, err := f(b)
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			return cty.StringVal(s), nil
		},
	})
}

func (p *Evaluation) fileExistsFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			clean, err := insidePath(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.Bool), function.NewArgError(0, err)
			}
			if p.in.FS == nil {
				return cty.False, nil
			}
			st, err := fs.Stat(p.in.FS, clean)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return cty.False, nil
			case err != nil:
				return cty.UnknownVal(cty.Bool), function.NewArgErrorf(0, "%s", reason(err))
			case !st.Mode().IsRegular():
				return cty.UnknownVal(cty.Bool), function.NewArgErrorf(0, "it is not a regular file")
			}
			return cty.True, nil
		},
	})
}

func (p *Evaluation) fileSetFunc() function.Function {
	ty := cty.Set(cty.String)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "pattern", Type: cty.String}},
		Type:   function.StaticReturnType(ty),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			dir, err := insidePath(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(ty), function.NewArgError(0, err)
			}
			pattern := args[1].AsString()
			if _, err := insidePath(pattern); err != nil {
				return cty.UnknownVal(ty), function.NewArgError(1, err)
			}
			if p.in.FS == nil {
				return cty.SetValEmpty(cty.String), nil
			}
			sub, err := fs.Sub(p.in.FS, dir)
			if err != nil {
				return cty.UnknownVal(ty), function.NewArgErrorf(0, "%s", reason(err))
			}
			names, err := doublestar.Glob(sub, path.Clean(pattern), doublestar.WithFilesOnly())
			if err != nil {
				return cty.UnknownVal(ty), function.NewArgErrorf(1, "%s", err)
			}
			sort.Strings(names)
			if len(names) == 0 {
				return cty.SetValEmpty(cty.String), nil
			}
			vals := make([]cty.Value, len(names))
			for i, n := range names {
				vals[i] = cty.StringVal(n)
			}
			return cty.SetVal(vals), nil
		},
	})
}

// templateFileFunc renders a file in HCL's template language with only the given variables.
func (p *Evaluation) templateFileFunc() function.Function {
	render := func(args []cty.Value) (cty.Value, error) {
		name := args[0].AsString()
		src, err := p.ReadFile(name)
		if err != nil {
			return cty.DynamicVal, function.NewArgError(0, err)
		}
		if _, err := textOf(src); err != nil {
			return cty.DynamicVal, function.NewArgError(0, err)
		}
		if ty := args[1].Type(); !ty.IsObjectType() && !ty.IsMapType() {
			return cty.DynamicVal, function.NewArgErrorf(1, "the variables must be a map")
		}
		if d := tooDeepTemplate(src, name); d != nil {
			return cty.DynamicVal, errors.New(d.Detail)
		}
		expr, diags := hclsyntax.ParseTemplate(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			adviseEscape(diags[0], src)
			return cty.DynamicVal, diagError(diags[0])
		}
		ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: map[string]function.Function{}}
		for it := args[1].ElementIterator(); it.Next(); {
			k, v := it.Element()
			ctx.Variables[k.AsString()] = v
		}
		for _, t := range expr.Variables() {
			if _, ok := ctx.Variables[t.RootName()]; !ok {
				return cty.DynamicVal, fmt.Errorf("%s refers to %q, which is not among the variables (if ${…} is meant for another language, write $${…} there)", Place(t.SourceRange()), t.RootName())
			}
		}
		for n, f := range p.functions() {
			if n != "templatefile" { // a template that includes itself would never end
				ctx.Functions[n] = f
			}
		}
		v, diags := expr.Value(ctx)
		if diags.HasErrors() {
			return cty.DynamicVal, diagError(diags[0])
		}
		return v, nil
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "vars", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if !args[0].IsKnown() || !args[1].IsKnown() {
				return cty.DynamicPseudoType, nil
			}
			v, err := render(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return render(args) },
	})
}

func diagError(d *hcl.Diagnostic) error {
	at := ""
	if d.Subject != nil {
		at = Place(*d.Subject) + ": "
	}
	return fmt.Errorf("%s%s: %s", at, d.Summary, d.Detail)
}
