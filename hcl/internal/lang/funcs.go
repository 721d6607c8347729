package lang

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"path"
	"sort"

	"github.com/hashicorp/go-cty-funcs/cidr"
	"github.com/hashicorp/go-cty-funcs/encoding"
	"github.com/hashicorp/go-cty-funcs/uuid"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those that expressions may call: Terraform's, except those that read the time,
// randomness or the host.
func (p *Evaluation) functions() map[string]function.Function {
	if p.funcs != nil {
		return p.funcs
	}
	f := pureFunctions()
	p.funcs = f
	f["file"] = p.fileFunc(textOf)
	f["filebase64"] = p.fileFunc(func(b []byte) (string, error) { return base64.StdEncoding.EncodeToString(b), nil })
	f["fileexists"] = p.fileExistsFunc()
	f["fileset"] = p.fileSetFunc()
	f["templatefile"] = p.templateFileFunc()
	for name, h := range hashes() {
		f["file"+name] = p.fileFunc(func(b []byte) (string, error) { return hex.EncodeToString(sum(h, b)), nil })
		if name != "md5" && name != "sha1" {
			f["filebase64"+name] = p.fileFunc(func(b []byte) (string, error) { return base64.StdEncoding.EncodeToString(sum(h, b)), nil })
		}
	}
	return f
}

// FunctionNames lists what expressions may call, sorted.
func FunctionNames() []string {
	var out []string
	for n := range (&Evaluation{}).functions() {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func hashes() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
}

func sum(h func() hash.Hash, b []byte) []byte {
	x := h()
	x.Write(b)
	return x.Sum(nil)
}

func pureFunctions() map[string]function.Function {
	f := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc,
		"max": stdlib.MaxFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": powFunc(), "signum": stdlib.SignumFunc,

		"chomp": stdlib.ChompFunc, "format": guarded(stdlib.FormatFunc, boundFormat),
		"formatlist": guarded(stdlib.FormatListFunc, boundFormat), "indent": guarded(stdlib.IndentFunc, boundIndent),
		"join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc,
		"replace": guarded(replaceFunc(), boundReplace), "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc,
		"title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"startswith": startsWithFunc(), "endswith": endsWithFunc(), "strcontains": strContainsFunc(),

		"alltrue": allTrueFunc(), "anytrue": anyTrueFunc(), "chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc,
		"coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
		"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "index": indexFunc(),
		"keys": stdlib.KeysFunc, "length": lengthFunc(), "lookup": lookupFunc(), "matchkeys": matchKeysFunc(), "merge": stdlib.MergeFunc,
		"one": oneFunc(), "range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setproduct": guarded(stdlib.SetProductFunc, boundProduct), "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "sum": sumFunc(), "transpose": transposeFunc(), "values": stdlib.ValuesFunc,
		"zipmap": stdlib.ZipmapFunc,

		"base64decode": encoding.Base64DecodeFunc, "base64encode": encoding.Base64EncodeFunc, "csvdecode": stdlib.CSVDecodeFunc,
		"jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "urlencode": encoding.URLEncodeFunc,
		"yamldecode": guarded(ctyyaml.YAMLDecodeFunc, boundYAML), "yamlencode": ctyyaml.YAMLEncodeFunc,

		"basename": pathFunc(path.Base), "dirname": pathFunc(path.Dir),
		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc, "timecmp": timeCmpFunc(),
		"uuidv5":   uuid.V5Func,
		"cidrhost": cidr.HostFunc, "cidrnetmask": cidr.NetmaskFunc, "cidrsubnet": cidr.SubnetFunc, "cidrsubnets": cidr.SubnetsFunc,

		"can": tryfunc.CanFunc, "try": tryfunc.TryFunc,
		"sensitive": sensitiveFunc(true), "nonsensitive": sensitiveFunc(false), "issensitive": isSensitiveFunc(),
		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	}
	for name, h := range hashes() {
		f[name] = stringFunc(func(s string) (string, error) { return hex.EncodeToString(sum(h, []byte(s))), nil })
		if name == "sha256" || name == "sha512" {
			f["base64"+name] = stringFunc(func(s string) (string, error) {
				return base64.StdEncoding.EncodeToString(sum(h, []byte(s))), nil
			})
		}
	}
	return f
}

// stringFunc makes a function of one string.
func stringFunc(f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			if err != nil {
				return cty.UnknownVal(cty.String), function.NewArgError(0, err)
			}
			return cty.StringVal(s), nil
		},
	})
}

func pathFunc(f func(string) string) function.Function {
	return stringFunc(func(s string) (string, error) { return f(s), nil })
}
