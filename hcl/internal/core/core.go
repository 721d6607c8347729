// Package core decodes what a deployment consists of besides its services:
// the system itself, networks, volumes and secrets.
package core

import (
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleSystemName = diag.Error("OG100", "Invalid system name",
		"The Compose project is named after the system, in lower case and without leading signs, so the name must hold a letter or digit.")
	ruleSource = diag.Error("OG101", "Invalid source address",
		"The source of a system is the URL of its repository; it is written into the labels of every image.")
	ruleSecretLength = diag.Error("OG102", "Invalid secret length",
		"A secret holds 8 to 1024 characters.")
	ruleSecretEnv = diag.Error("OG103", "Secrets share a variable name",
		"In .env and in scripts a secret goes by its upper-case name, so these must differ.")
	ruleSecretName = diag.Error("OG107", "Secret with the name of a shell's variable",
		"In scripts a secret goes by its upper-case name, which must not be a variable that the shell or other programs go by.")
	ruleRealName = diag.Error("OG104", "Name used twice on the host",
		"Networks and volumes have real names outside of the project, which must differ.")
	ruleExternal = diag.Error("OG105", "External object with settings",
		"What exists already is not made here, so only its name can be given.")
	ruleCost = diag.Error("OG106", "Negative cost",
		"Costs are decimals of at least 0.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{systemSpec(), networkSpec(), volumeSpec(), secretSpec()},
		Finish: finish,
	}
}

// CostAttrs are the attributes of blocks for which actions are generated.
func CostAttrs(of string) []lang.Attr {
	return []lang.Attr{
		{Name: "cost", Type: lang.Number, Default: "1", Doc: "Cost of " + of + ", for the planner."},
		{Name: "duration", Type: lang.Duration, Doc: "Estimated duration of " + of + ", for the schedule."},
	}
}

// Cost reads the attribute `cost`.
func Cost(b *lang.Block) *big.Rat {
	c := b.Number("cost")
	if c != nil && c.Sign() < 0 {
		b.Program().Errorf(ruleCost, b.AttrRange("cost"), "The cost %s is negative. Costs are at least 0.", text.Number(c))
		return new(big.Rat)
	}
	return c
}

func systemSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "system", Min: 1, Max: 1, NoRef: true,
		Doc:       "Names the system as a whole: every manifest has exactly one such block.",
		Labels:    []lang.Label{{Name: "name", Doc: "Also the name of the Compose project."}},
		ComposeOf: "the file", Compose: topKeys,
		Attrs: []lang.Attr{
			{Name: "version", Type: lang.String, Doc: "Version of the system, for image labels."},
			{Name: "description", Type: lang.String, Doc: "What the system is, in a sentence."},
			{Name: "source", Type: lang.String, Doc: "URL of its repository: the OCI labels of every image."},
			{Name: "compose", Type: lang.Any, Doc: "Further top-level keys of the Compose file, as a map."},
		},
		Blocks: []*lang.BlockSpec{defaultsSpec()},
		Declare: func(b *lang.Block) any {
			s := &manifest.System{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.System = s
			return s
		},
		Decode: func(b *lang.Block) {
			s := b.Ref.(*manifest.System)
			// Compose takes lower-case names alone: the project's is the system's in
			// lower case, without leading signs.
			if strings.Trim(b.Name, "_-") == "" {
				b.Program().Errorf(ruleSystemName, b.LabelRange(), "Nothing of %q is left for the name of the Compose project, which begins with a letter or digit.", b.Name)
			}
			s.Version = b.String("version")
			s.Description = b.String("description")
			s.Source = b.String("source")
			if u, err := url.Parse(s.Source); s.Source != "" && (err != nil || u.Scheme == "" || u.Host == "") {
				b.Program().Errorf(ruleSource, b.AttrRange("source"), "%q is no URL such as https://example.org/repository.", s.Source)
			}
			s.Compose = b.Extra("compose")
			if s.Compose != nil {
				if _, ok := s.Compose.Value.(map[string]any); !ok {
					b.Invalid("compose", "must be a map of top-level Compose keys")
				}
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
			{Name: "name", Type: lang.String, Doc: "Its real name on the host. Default: SYSTEM_LABEL."},
			{Name: "external", Type: lang.Bool, Default: "false", Doc: "It exists already and is neither made nor removed."},
			{Name: "driver", Type: lang.Any, Doc: "Compose: driver."},
			{Name: "driver_opts", Type: lang.Any, Doc: "Compose: driver_opts."},
			{Name: "ipam", Type: lang.Any, Doc: "Compose: ipam."},
			{Name: "internal", Type: lang.Any, Doc: "Compose: internal; true cuts it off from the outside."},
			{Name: "attachable", Type: lang.Any, Doc: "Compose: attachable."},
			{Name: "enable_ipv4", Type: lang.Any, Doc: "Compose: enable_ipv4."},
			{Name: "enable_ipv6", Type: lang.Any, Doc: "Compose: enable_ipv6."},
			{Name: "labels", Type: lang.Any, Doc: "Compose: labels."},
		},
		Declare: func(b *lang.Block) any {
			n := &manifest.Network{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.Networks = append(b.Program().Manifest.Networks, n)
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
			{Name: "name", Type: lang.String, Doc: "Its real name on the host. Default: SYSTEM_LABEL."},
			{Name: "external", Type: lang.Bool, Default: "false", Doc: "It exists already and is neither made nor removed."},
			{Name: "driver", Type: lang.Any, Doc: "Compose: driver."},
			{Name: "driver_opts", Type: lang.Any, Doc: "Compose: driver_opts."},
			{Name: "labels", Type: lang.Any, Doc: "Compose: labels."},
		},
		Declare: func(b *lang.Block) any {
			v := &manifest.Volume{Origin: b.Origin(), Name: b.Name}
			b.Program().Manifest.Volumes = append(b.Program().Manifest.Volumes, v)
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

// exportRealName makes .real_name known: what `docker network inspect` takes.
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
	if sys := b.Program().Blocks("system"); len(sys) > 0 {
		return sys[0].Name + "_" + b.Name
	}
	return b.Name
}

// extras reads keys that are passed on to Compose.
func extras(b *lang.Block, external bool, keys ...string) map[string]*manifest.Extra {
	var out map[string]*manifest.Extra
	for _, k := range keys {
		x := b.Extra(k)
		if x == nil {
			continue
		}
		if external {
			b.Program().Errorf(ruleExternal, b.NameRange(k), "%s is external: it is made elsewhere, so \"%s\" can't be set here. Remove it, or `external`.", b.Address(), k)
			continue
		}
		if out == nil {
			out = map[string]*manifest.Extra{}
		}
		out[k] = x
	}
	return out
}

func secretSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "secret", ForEach: true, ComposeOf: "secrets", Compose: secretKeys,
		Doc:    "A secret that deploy.sh makes when it is absent, with real randomness, and keeps thereafter.",
		Labels: lang.Name1("Its file is " + kit.SecretsDir + "/NAME; scripts know it as the upper-case name."),
		Attrs: append([]lang.Attr{
			{Name: "length", Type: lang.Int, Default: "24", Doc: "How many characters of [A-Za-z0-9] it has."},
		}, CostAttrs("making it")...),
		Declare: func(b *lang.Block) any {
			s := &manifest.Secret{Origin: b.Origin(), Name: b.Name, EnvVar: envName(b.Name)}
			b.Program().Manifest.Secrets = append(b.Program().Manifest.Secrets, s)
			b.Export("file", func() (cty.Value, error) { return cty.StringVal("/run/secrets/" + b.Name), nil })
			b.Export("env", func() (cty.Value, error) { return cty.StringVal(s.EnvVar), nil })
			b.Export("value", func() (cty.Value, error) {
				return cty.NilVal, errors.New("A secret's value doesn't exist before deploy time. Write ${" + b.Address() + "} in a script, or use secret_env.")
			})
			b.ExportRef("set", "fact", manifest.Fact{Kind: manifest.SecretSet, Name: b.Name})
			return s
		},
		Decode: func(b *lang.Block) {
			s := b.Ref.(*manifest.Secret)
			s.Length = b.Int("length")
			if !b.Failed("length") && (s.Length < 8 || s.Length > 1024) {
				b.Program().Errorf(ruleSecretLength, b.AttrRange("length"), "A secret of %d characters is %s: give 8 to 1024.", s.Length,
					map[bool]string{true: "too weak", false: "too long for a command's environment"}[s.Length < 8])
			}
			s.Cost, s.Duration = Cost(b), b.Duration("duration")
		},
	}
}

// envName is the upper-case name with underscores.
func envName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return '_'
		}
		return r
	}, strings.ToUpper(name))
}

// taken are variables that deploy.sh or the programs that it calls go by.
var taken = map[string]bool{"BASH_ENV": true, "CDPATH": true, "COMPOSE": true, "ENV": true, "HOME": true, "LANG": true, "LC_ALL": true,
	"LD_PRELOAD": true, "NO_COLOR": true, "PATH": true, "SHELL": true, "TERM": true, "TMPDIR": true, "USER": true}

// finish looks for names that collide outside of the manifest.
func finish(p *lang.Program) {
	envs := map[string]*manifest.Secret{}
	for _, s := range p.Manifest.Secrets {
		if lang.ShellOwns(s.EnvVar) || taken[s.EnvVar] {
			p.Errorf(ruleSecretName, s.Range, "Scripts know %s as %s, which the shell and other programs go by. Give it another name, such as %s_secret.", s.Address, s.EnvVar, s.Name)
		}
		if o := envs[s.EnvVar]; o != nil {
			p.Errorf(ruleSecretEnv, s.Range, "%s and %s (at %s) both go by %s in scripts and in .env. Rename one of the two.", s.Address, o.Address, lang.Place(o.Range), s.EnvVar)
			continue
		}
		envs[s.EnvVar] = s
	}
	real := map[string]manifest.Origin{}
	clash := func(kind, name string, o manifest.Origin) {
		if name == "" {
			return
		}
		key := kind + " " + name
		if first, ok := real[key]; ok {
			p.Errorf(ruleRealName, o.Range, "%s has the real name %q, as has %s at %s. %s", o.Address, name, first.Address, lang.Place(first.Range),
				fmt.Sprintf("Give one of them another `name`, or use one %s for both.", kind))
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
