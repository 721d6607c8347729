// Package core decodes the parts of a deployment besides its services: the system itself, networks,
// volumes and secrets.
package core

import (
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/exporter"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleSystemName = diag.Error("OG100", "Invalid system name",
		"The Compose project takes its name from the system, in lower case and without leading punctuation, so the name must contain a letter or digit.")
	ruleSource = diag.Error("OG101", "Invalid source URL",
		"The source of a system is the URL of its repository; it is written into the labels of every image.")
	ruleRealName = diag.Error("OG104", "Duplicate name on the host",
		"Networks and volumes have names on the host, outside the project; these must differ.")
	ruleExternal = diag.Error("OG105", "Setting on an external object",
		"An external network or volume already exists, so only its name can be set.")
	ruleCost = diag.Error("OG106", "Negative cost",
		"Costs must not be negative.")
)

// Package lists the blocks.
func Package() lang.Package {
	d := &secrets{}
	return lang.Package{
		Specs:  []*lang.BlockSpec{systemSpec(), networkSpec(), volumeSpec(), d.spec(), parameterSpec()},
		Finish: finish,
		Last:   d.last,
	}
}

// CostAttrs are the arguments of blocks for which actions are generated.
func CostAttrs(of string) []lang.Attr {
	return []lang.Attr{
		{Name: "cost", Type: lang.Number, Default: "1", Doc: "Cost of " + of + ", for the planner."},
		{Name: "duration", Type: lang.Duration, Doc: "Estimated duration of " + of + ", for the schedule."},
	}
}

// Cost reads the argument `cost`.
func Cost(b *lang.Block) *big.Rat {
	c := b.Number("cost")
	if c != nil && c.Sign() < 0 {
		b.Evaluation().Errorf(ruleCost, b.AttrRange("cost"), "The cost %s is negative. Costs must be 0 or more.", text.Number(c))
		return new(big.Rat)
	}
	return c
}

func systemSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "system", Min: 1, Max: 1, NoRef: true,
		Doc:       "The system as a whole; every manifest has exactly one such block.",
		Labels:    []lang.Label{{Name: "name", Doc: "The name, also used for the Compose project."}},
		ComposeOf: "the file", Compose: topKeys,
		Attrs: []lang.Attr{
			{Name: "version", Type: lang.String, Doc: "The version, for image labels."},
			{Name: "description", Type: lang.String, Doc: "A one-sentence description of the system."},
			{Name: "source", Type: lang.String, Doc: "The URL of the repository, for the OCI labels of every image."},
			{Name: "releases", Type: lang.Int, Default: "3", Doc: "How many releases a deployment keeps, with their images, for `./deploy.sh rollback`."},
			{Name: "compose", Type: lang.Any, Doc: "Additional top-level keys of the Compose file, as a map."},
		},
		Blocks: []*lang.BlockSpec{defaultsSpec(), exporter.Spec(true)},
		Declare: func(b *lang.Block) any {
			s := &manifest.System{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.System = s
			return s
		},
		Decode: func(b *lang.Block) {
			s := b.Ref.(*manifest.System)
			// Compose accepts only lower-case names: the project's is the system's in lower case, without leading
			// punctuation.
			if strings.Trim(b.Name, "_-") == "" {
				b.Evaluation().Errorf(ruleSystemName, b.LabelRange(), "%q contains nothing that is valid in a Compose project name, which starts with a letter or digit.", b.Name)
			}
			s.Version = b.String("version")
			s.Description = b.String("description")
			s.Source = b.String("source")
			if u, err := url.Parse(s.Source); s.Source != "" && (err != nil || u.Scheme == "" || u.Host == "") {
				b.Evaluation().Errorf(ruleSource, b.AttrRange("source"), "%q is not a valid URL. Use one such as https://example.org/repository.", s.Source)
			}
			s.Releases = b.Int("releases")
			if s.Releases < 1 && !b.Failed("releases") {
				b.Invalid("releases", "must be 1 or more, because the present release is one of them")
			}
			s.Compose = b.Passthrough("compose")
			if s.Compose != nil {
				if _, ok := s.Compose.Value.(map[string]any); !ok {
					b.Invalid("compose", "must be a map of top-level Compose keys")
				}
				externalFiles(b, s.Compose.Value)
				composePaths(b, s.Compose.Value)
			}
		},
	}
}

func networkSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "network", ComposeOf: "networks", Compose: resourceKeys,
		Doc:    "A network that services share. Services without `networks` use the project's default network.",
		Labels: lang.Name1("The key in the Compose file."),
		Attrs: []lang.Attr{
			{Name: "name", Type: lang.String, Doc: "The name on the host. Default: SYSTEM_LABEL."},
			{Name: "external", Type: lang.Bool, Default: "false", Doc: "The network already exists; it is neither created nor removed."},
			{Name: "driver", Type: lang.Any, Doc: "Compose: driver."},
			{Name: "driver_opts", Type: lang.Any, Deploy: true, Doc: "Compose: driver_opts."},
			{Name: "ipam", Type: lang.Any, Deploy: true, Doc: "Compose: ipam."},
			{Name: "internal", Type: lang.Any, Doc: "Compose: internal; true isolates the network from the outside."},
			{Name: "attachable", Type: lang.Any, Doc: "Compose: attachable."},
			{Name: "enable_ipv4", Type: lang.Any, Doc: "Compose: enable_ipv4."},
			{Name: "enable_ipv6", Type: lang.Any, Doc: "Compose: enable_ipv6."},
			{Name: "labels", Type: lang.Any, Deploy: true, Doc: "Compose: labels."},
		},
		Declare: func(b *lang.Block) any {
			n := &manifest.Network{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Networks = append(b.Evaluation().Manifest.Networks, n)
			exportRealName(b)
			return n
		},
		Decode: func(b *lang.Block) {
			n := b.Ref.(*manifest.Network)
			n.External = b.Bool("external")
			n.RealName = realName(b, n.External)
			n.Compose = extras(b, n.External, "driver", "driver_opts", "ipam", "internal", "attachable", "enable_ipv4", "enable_ipv6", "labels")
		},
	}
}

func volumeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "volume", ForEach: true, ComposeOf: "volumes", Compose: resourceKeys,
		Doc:    "A named volume. Its data outlives containers and deployments.",
		Labels: lang.Name1("The key in the Compose file."),
		Attrs: []lang.Attr{
			{Name: "name", Type: lang.String, Doc: "The name on the host. Default: SYSTEM_LABEL."},
			{Name: "external", Type: lang.Bool, Default: "false", Doc: "The volume already exists; it is neither created nor removed."},
			{Name: "driver", Type: lang.Any, Doc: "Compose: driver."},
			{Name: "driver_opts", Type: lang.Any, Deploy: true, Doc: "Compose: driver_opts."},
			{Name: "labels", Type: lang.Any, Deploy: true, Doc: "Compose: labels."},
		},
		Declare: func(b *lang.Block) any {
			v := &manifest.Volume{Origin: b.Origin(), Name: b.Name}
			b.Evaluation().Manifest.Volumes = append(b.Evaluation().Manifest.Volumes, v)
			exportRealName(b)
			return v
		},
		Decode: func(b *lang.Block) {
			v := b.Ref.(*manifest.Volume)
			v.External = b.Bool("external")
			v.RealName = realName(b, v.External)
			v.Compose = extras(b, v.External, "driver", "driver_opts", "labels")
		},
	}
}

// exportRealName exports .real_name, the name for `docker network inspect`.
func exportRealName(b *lang.Block) {
	b.Export("real_name", func() (cty.Value, error) {
		n := realName(b, b.Bool("external"))
		if n == "" {
			return cty.NilVal, nil
		}
		return cty.StringVal(n), nil
	})
}

func realName(b *lang.Block, external bool) string {
	if b.Has("name") {
		return b.String("name")
	}
	if external {
		return b.Name
	}
	if sys := b.Evaluation().Blocks("system"); len(sys) > 0 {
		return sys[0].Name + "_" + b.Name
	}
	return b.Name
}

// extras reads keys that are passed through to Compose.
func extras(b *lang.Block, external bool, keys ...string) map[string]*manifest.Passthrough {
	var out map[string]*manifest.Passthrough
	for _, k := range keys {
		x := b.Passthrough(k)
		if x == nil {
			continue
		}
		if external {
			b.Evaluation().Errorf(ruleExternal, b.NameRange(k), "%s is external, so it is created elsewhere and \"%s\" can't be set here. Remove this argument or `external`.", b.Address(), k)
			continue
		}
		if out == nil {
			out = map[string]*manifest.Passthrough{}
		}
		out[k] = x
	}
	return out
}

// taken are variables that deploy.sh or the programs that it calls use.
var taken = map[string]bool{"BASH_ENV": true, "CDPATH": true, "COMPOSE": true, "ENV": true, "HOME": true, "LANG": true, "LC_ALL": true,
	"LD_PRELOAD": true, "NO_COLOR": true, "PATH": true, "SHELL": true, "TERM": true, "TMPDIR": true, "USER": true}

// finish reports names that collide outside the manifest.
func finish(p *lang.Evaluation) {
	envs := map[string]*manifest.Secret{}
	for _, s := range p.Manifest.Secrets {
		if lang.ShellOwns(s.EnvVar) || taken[s.EnvVar] {
			p.Errorf(ruleSecretName, s.Range, "In scripts, %s is available as %s, which the shell or other programs use. Rename it, for example to %s_secret.", s.Address, s.EnvVar, s.Name)
		}
		if o := envs[s.EnvVar]; o != nil {
			p.Errorf(ruleSecretEnv, s.Range, "%s and %s (at %s) are both available as %s in scripts and in .env. Rename one of the two.", s.Address, o.Address, lang.Place(o.Range), s.EnvVar)
			continue
		}
		envs[s.EnvVar] = s
	}
	finishParameters(p, envs)
	real := map[string]manifest.Origin{}
	clash := func(kind, name string, o manifest.Origin) {
		if name == "" {
			return
		}
		key := kind + " " + name
		if first, ok := real[key]; ok {
			p.Errorf(ruleRealName, o.Range, "%s has the host name %q, and so does %s at %s. %s", o.Address, name, first.Address, lang.Place(first.Range),
				fmt.Sprintf("Give one of them another `name`, or use a single %s for both.", kind))
			return
		}
		real[key] = o
	}
	for _, n := range p.Manifest.Networks {
		clash("network", n.RealName, n.Origin)
	}
	for _, v := range p.Manifest.Volumes {
		clash("volume", v.RealName, v.Origin)
	}
}
