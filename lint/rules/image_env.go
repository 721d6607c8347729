package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleMissingVariable = diag.Warning("OG844", "Missing required environment variable",
		"Some images exit if a variable isn't set: database servers require a password on first start, Kafka its roles, a Minecraft server acceptance of the license. Only known images are checked; images with a different entrypoint or command, env_file or extends are skipped.")
	ruleRejectedVariable = diag.Error("OG845", "Rejected environment variable",
		"Some images exit if a variable is set: RabbitMQ from 3.9 with the _FILE variables of older versions, an official database image with both a variable and its _FILE form, Elasticsearch with a secret's file, which other users can read, cp-kafka with the old names of broker settings.")
	ruleUnreadVariable = diag.Warning("OG851", "Environment variable not read by the image",
		"An unknown variable is silently ignored: Redis and Valkey read no password from the environment, Grafana expects two underscores in __FILE, and other known images support only certain _FILE variables. The container then runs without the password, or with its default password.")
)

// required reports missing variables that make the image exit.
func (r *running) required() hcl.Diagnostics {
	if r.hidden {
		return nil
	}
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for _, q := range r.f.RequiredEnv {
			if !r.applies(i, q) {
				continue
			}
			var missing []string
			for _, e := range q.AllOf {
				if !r.satisfied(i, e) {
					missing = append(missing, e)
				}
			}
			if len(q.AnyOf) > 0 && !slices.ContainsFunc(q.AnyOf, func(e string) bool { return r.satisfied(i, e) }) {
				missing = append(missing, q.AnyOf...)
			}
			if len(missing) == 0 || r.misnamed(i, missing) {
				continue
			}
			what, when := text.List(missing), q.When
			if len(q.AnyOf) > 0 {
				what = "one of " + text.OrList(missing)
			}
			if q.FirstStart {
				when = "on first start"
			}
			diags = append(diags, ruleMissingVariable.At(r.s.Range, "%s needs %s (%s), and %s doesn't set %s: the container exits. %s",
				r.s.Image.Tag, what, when, r.s.Address, pronoun(len(missing), len(q.AnyOf) > 0), r.give(missing[0])))
		}
		for _, entry := range r.f.RefusedAtFirst {
			name, value, _ := strings.Cut(entry, "=")
			for _, e := range i.Env {
				if v, plain := e.Value.Plain(); e.Name == name && plain && v == value && !r.keepsOld(i) {
					diags = append(diags, ruleMissingVariable.At(e.Range, "%s rejects %s on first start, and the container exits. Remove %s, or use another value.", r.s.Image.Tag, entry, name))
				}
			}
		}
	}
	return diags
}

// misnamed reports whether one of the variables is set by a name that the image
// doesn't read, which is reported separately.
func (r *running) misnamed(i *manifest.Instance, names []string) bool {
	other := func(name string) bool {
		return slices.Contains(names, r.meant(i, name)) || slices.ContainsFunc(names, func(n string) bool { form, _ := r.f.FileForm(n); return form != "" && form == r.meant(i, name) }) || valueName(name) != name && slices.Contains(names, valueName(name)) && !slices.Contains(names, name)
	}
	return slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return other(e.Name) }) ||
		slices.ContainsFunc(i.SecretEnv, func(e manifest.SecretEnv) bool { return other(e.Name) })
}

func pronoun(n int, any bool) string {
	switch {
	case any:
		return "any"
	case n == 1:
		return "it"
	}
	return "them"
}

// applies reports whether a requirement holds for a container.
func (r *running) applies(i *manifest.Instance, q images.Required) bool {
	if q.Unjudged || q.FirstStart && r.keepsOld(i) || i.MountsUnder(q.UnlessMounted) && r.mayArchive(i, q.UnlessMounted) {
		return false
	}
	if q.If != "" && !r.satisfied(i, q.If) {
		return false
	}
	return !slices.ContainsFunc(q.Unless, func(e string) bool { return r.satisfied(i, e) })
}

// mayArchive reports whether a mount at one of the paths may be something other
// than scripts that run after initialization.
func (r *running) mayArchive(i *manifest.Instance, paths []string) bool {
	for _, m := range i.Mounts {
		one := &manifest.Instance{Mounts: []*manifest.Mount{m}}
		if one.MountsUnder(paths) && !strings.HasSuffix(m.Target, ".sql") && !strings.HasSuffix(m.Target, ".sh") && m.Generated == "" {
			return true
		}
	}
	return false
}

// keepsOld reports whether a container may start with existing data.
func (r *running) keepsOld(i *manifest.Instance) bool {
	for _, v := range r.f.Volumes {
		if m := holder(r.f, i, v.Path); m != nil && m.Volume != nil && m.Volume.External {
			return true
		}
	}
	return r.anyKey("volumes", "volumes_from")
}

// satisfied reports whether a container satisfies an entry of Required: a
// variable, or its file form, is set, to the given value if there is one.
func (r *running) satisfied(i *manifest.Instance, entry string) bool {
	for _, one := range strings.Split(entry, " or ") {
		name, want, valued := strings.Cut(one, "=")
		value, plain, is := r.set(i, name)
		if is && (!valued || !plain || strings.EqualFold(value, want)) {
			return true
		}
		if form, _ := r.f.FileForm(name); form != "" && !valued {
			if _, _, is := r.set(i, form); is {
				return true
			}
		}
	}
	return false
}

// give says how to set a variable: from a secret's file if the image reads one.
func (r *running) give(entry string) string {
	first, _, _ := strings.Cut(entry, " or ")
	name, value, valued := strings.Cut(first, "=")
	if form, _ := r.f.FileForm(name); form != "" && !valued {
		return fmt.Sprintf("Write secret_env = { %s = secret.NAME }.", form)
	}
	if !valued {
		value = "…"
	}
	return fmt.Sprintf("Write env = { %s = %q }.", name, value)
}

// refused reports variables that make the image exit.
func (r *running) refused() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		report := func(name string, at hcl.Range) {
			remedy := "Remove it."
			if of, ok := strings.CutSuffix(name, "_FILE"); ok && slices.Contains(r.f.PasswordEnv, of) {
				remedy = fmt.Sprintf("The image can't read this secret from a file: write env = { %s = secret.NAME } with exposed = true and a reason.", of)
			}
			why := "is set"
			if slices.Contains(r.f.PrivateFileEnv, name) {
				why = "names a file that other users can read, such as a secret's"
			}
			diags = append(diags, ruleRejectedVariable.At(at, "%s exits if %s %s. %s", r.s.Image.Tag, name, why, remedy))
		}
		for _, e := range i.Env {
			if value, plain := e.Value.Plain(); r.f.Refused(e.Name) && (!plain || value != "") {
				report(e.Name, e.Range)
			}
		}
		for _, e := range i.SecretEnv {
			if r.f.Refused(e.Name) || slices.Contains(r.f.PrivateFileEnv, e.Name) {
				report(e.Name, e.Range)
			}
		}
		if x := r.f.FileForms; x == nil || !x.NotBoth {
			continue
		}
		for _, e := range i.SecretEnv {
			of := r.f.ValueOf(e.Name)
			for _, v := range i.Env {
				if value, plain := v.Value.Plain(); v.Name == of && of != "" && (!plain || value != "") {
					diags = append(diags, ruleRejectedVariable.At(v.Range, "%s exits if both %s and %s are set, as here and at %s. Keep only %s.", r.s.Image.Tag, of, e.Name, e.Range, e.Name))
				}
			}
		}
	}
	return diags
}

// unread reports credentials in variables that the image doesn't read.
func (r *running) unread() hcl.Diagnostics {
	if r.f.Family == "" {
		return nil
	}
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		report := func(name string, at hcl.Range) {
			if r.isIgnored(i, name) {
				diags = append(diags, ruleUnreadVariable.At(at, "%s doesn't read %s, so the value has no effect. %s.", r.s.Image.Tag, name, r.f.UnreadNote))
				return
			}
			if r.f.Refused(name) || slices.Contains(r.f.PrivateFileEnv, name) || r.f.ValueOf(name) != "" || slices.Contains(r.f.PasswordEnv, name) || r.mentions(i, name) {
				return
			}
			of := valueName(name)
			form, known := r.f.FileForm(of)
			if of == name || !known || !slices.Contains(r.f.PasswordEnv, of) {
				return
			}
			remedy := fmt.Sprintf("Write secret_env = { %s = … }.", form)
			if form == "" {
				remedy = fmt.Sprintf("The image has no variable for a file: write env = { %s = secret.NAME } with exposed = true and a reason.", of)
			}
			diags = append(diags, ruleUnreadVariable.At(at, "%s doesn't read %s, so the value has no effect. %s", r.s.Image.Tag, name, remedy))
		}
		for _, e := range i.Env {
			report(e.Name, e.Range)
		}
		for _, e := range i.SecretEnv {
			report(e.Name, e.Range)
		}
	}
	return diags
}

// isIgnored reports whether a variable is one that people commonly set but that the
// image doesn't read.
func (r *running) isIgnored(i *manifest.Instance, name string) bool {
	return (slices.Contains(r.f.UnreadEnv, name) || slices.Contains(r.f.UnreadEnv, valueName(name))) && !r.mentions(i, name)
}

// valueName is a variable's name without its _FILE suffix.
func valueName(name string) string { return strings.TrimRight(strings.TrimSuffix(name, "FILE"), "_") }

// mentions reports whether a container's command, its healthcheck or a mounted
// script may read a variable.
func (r *running) mentions(i *manifest.Instance, name string) bool {
	text := strings.Join(i.Command.Words(), " ")
	if p := r.s.Healthcheck; p != nil {
		text += " " + p.Written()
	}
	if strings.Contains(text, name) {
		return true
	}
	return slices.ContainsFunc(i.Mounts, func(m *manifest.Mount) bool { return path.Ext(m.Target) == ".sh" })
}
