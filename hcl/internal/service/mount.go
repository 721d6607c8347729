package service

import (
	"path"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// initFolder is the folder of initialization files in the images of database servers. They read it
// once, before they have data; a recreated container would ignore it.
const initFolder = "/docker-entrypoint-initdb.d"

func mountSpec() *lang.BlockSpec {
	spec := &lang.BlockSpec{
		Type: "mount", Doc: "A mount in the containers. It has exactly one source: volume, bind, file, tmpfs or anonymous.",
		Labels:    []lang.Label{{Name: "target", Syntax: lang.AbsPath, Doc: "The path in the container."}},
		ComposeOf: "services.volumes", Compose: mountKeys,
		Attrs: []lang.Attr{
			{Name: "volume", Type: lang.RefTo("volume"), Doc: "A named volume."},
			{Name: "bind", Type: lang.String, Doc: "A path on the host, relative to the manifest's folder. It must exist when the kit is built, unless create or made_by is set. A path where artifacts are is that in the kit's folder."},
			{Name: "create", Type: lang.Bool, Default: "false", Doc: "bind: whether Docker creates a folder there if nothing is there."},
			{Name: "made_by", Type: lang.RefTo("action"), Doc: "bind: the action that makes what is mounted, which may be missing until then. The service is started after it."},
			{Name: "copy", Type: lang.Bool, Doc: "bind, read-only: whether the kit has a copy of it, in the folder mounted. Default: whether it can: what is in the manifest's folder, not ignored by git, and neither an env_file nor a private key, with at most 1 MiB in each file. A folder is copied whole or not at all. With false, containers see changes without a build."},
			{Name: "file", Type: lang.RefTo("artifact", "database"), Doc: "A file of the kit: an artifact, or a database's SQL."},
			{Name: "tmpfs", Type: lang.Bool, Default: "false", Doc: "A file system in memory."},
			{Name: "anonymous", Type: lang.Bool, Default: "false", Doc: "A volume without a name, which starts with the image's files at that path unless nocopy is set. Nothing else can refer to it, and it is lost with the containers: use it for a folder that a bind mount must not hide, or for what can be made again."},
			{Name: "size", Type: lang.Bytes, Doc: "The maximum size of the tmpfs."},
			{Name: "read_only", Type: lang.Bool, Doc: "Whether the mount is read-only. Default: true for file, because the next build of the kit would overwrite changes; false for the others."},
		},
	}
	spec.Attrs = append(spec.Attrs, lang.Attr{Name: "first_start", Type: lang.Bool, Doc: "Whether the files are only read when the service starts for the first time, so that a change of the kit's files there never replaces its containers. Default: true below " + initFolder + ", otherwise false."})
	for _, o := range mountOptionAttrs {
		spec.Attrs = append(spec.Attrs, o.Attr)
	}
	return spec
}

func (d *decoder) mount(b *lang.Block, of string) *manifest.Mount {
	m := &manifest.Mount{Target: b.Name, Range: b.Range, ReadOnly: b.Bool("read_only")}
	sources := 0
	for _, a := range []string{"volume", "bind", "file"} {
		if b.Given(a) {
			sources++
		}
	}
	if f, ok := lang.Ref[*manifest.Volume](b, "volume"); ok {
		m.Volume = f.Value
	}
	m.Bind = b.String("bind")
	if b.Given("bind") && m.Bind == "" && !b.Failed("bind") {
		b.Evaluation().Errorf(ruleMount, b.AttrRange("bind"), "The path is empty.")
		return nil
	}
	d.bindPath(b, m, of)
	d.mountFile(b, m)
	if b.Bool("tmpfs") {
		m.Tmpfs = true
		sources++
	}
	if b.Bool("anonymous") {
		m.Anonymous = true
		sources++
	}
	m.FirstStart = b.Bool("first_start")
	if !b.Has("first_start") {
		m.FirstStart = (m.Bind != "" || b.Given("file")) && manifest.Inside(path.Clean(m.Target), initFolder)
	}
	if m.FirstStart && m.Bind == "" && !b.Given("file") && !b.Failed("bind", "tmpfs", "anonymous", "first_start") {
		b.Evaluation().Errorf(ruleMount, b.NameRange("first_start"), "Only a bind or a file supports first_start: a change of the kit doesn't change what is in a volume or a tmpfs.")
	}
	m.Size = b.Bytes("size")
	if b.Given("size") && !m.Tmpfs && !b.Failed("tmpfs") {
		b.Evaluation().Errorf(ruleMount, b.NameRange("size"), "Only a tmpfs supports a size.")
	}
	if sources != 1 && !b.Failed("tmpfs", "anonymous") {
		b.Evaluation().Errorf(ruleMount, b.Range, "The mount %s has %d sources. Use exactly one: volume = volume.NAME, bind = \"PATH\", file = artifact.NAME, tmpfs = true, or anonymous = true.", b.Name, sources)
		return nil
	}
	mountOptions(b, m)
	if m.Volume == nil && m.Bind == "" && m.Artifact == nil && !m.Tmpfs && !m.Anonymous && !b.Given("file") || b.Failed() {
		return nil
	}
	return m
}

// mountOptions reads the Compose options of one kind of mount.
func mountOptions(b *lang.Block, m *manifest.Mount) {
	p := b.Evaluation()
	kind := "bind"
	switch {
	case m.Tmpfs:
		kind = "tmpfs"
	case b.Given("volume"), m.Anonymous:
		kind = "volume"
	}
	for _, o := range mountOptionAttrs {
		if b.Given(o.Name) && (o.of != kind || m.Anonymous && o.Name == "subpath") && !b.Failed("tmpfs", "anonymous") {
			if m.Anonymous {
				kind = "volume without a name"
			}
			p.Errorf(ruleMount, b.NameRange(o.Name), "Only a %s supports %s; this is a %s.", o.of, o.Name, kind)
		}
	}
	m.Propagation, m.Recursive, m.SELinux = b.String("propagation"), b.String("recursive"), b.String("selinux")
	m.NoCopy, m.Subpath = b.Bool("nocopy"), b.String("subpath")
	if in := path.Clean(m.Subpath); path.IsAbs(in) || in == ".." || strings.HasPrefix(in, "../") {
		p.Errorf(ruleMount, b.AttrRange("subpath"), "%q leads out of the volume. Use a path inside it, such as \"data/app\".", m.Subpath)
	}
	if mode := b.String("mode"); mode != "" {
		n, err := strconv.ParseUint(mode, 8, 32)
		if err != nil || n > 0o7777 {
			p.Errorf(ruleMount, b.AttrRange("mode"), "%q is not a valid file mode. Write it in octal, such as \"1777\".", mode)
		}
		m.Mode = int64(n)
	}
}

// mountOptionAttrs are the arguments of only one kind of mount.
var mountOptionAttrs = []struct {
	lang.Attr
	of string // bind | volume | tmpfs
}{
	{lang.Attr{Name: "propagation", Type: lang.String, Values: []string{"private", "rprivate", "rshared", "rslave", "shared", "slave"}, Doc: "Compose: bind.propagation. Whether mounts inside it are visible on the other side."}, "bind"},
	{lang.Attr{Name: "recursive", Type: lang.String, Values: []string{"disabled", "enabled", "readonly", "writable"}, Doc: "Compose: bind.recursive. What happens to mounts inside it."}, "bind"},
	{lang.Attr{Name: "selinux", Type: lang.String, Values: []string{"Z", "z"}, Doc: "Compose: bind.selinux. z shares the label among containers, Z keeps it for this one."}, "bind"},
	{lang.Attr{Name: "nocopy", Type: lang.Bool, Default: "false", Doc: "Compose: volume.nocopy. A new volume doesn't get the image's files at that path."}, "volume"},
	{lang.Attr{Name: "subpath", Type: lang.String, Doc: "Compose: volume.subpath. A folder in the volume, instead of all of it."}, "volume"},
	{lang.Attr{Name: "mode", Type: lang.String, Doc: "Compose: tmpfs.mode. The mode of the tmpfs in octal, such as \"1777\"."}, "tmpfs"},
}

// mountFile mounts a file of the kit, read-only by default.
func (d *decoder) mountFile(b *lang.Block, m *manifest.Mount) {
	f, ok := lang.Ref[any](b, "file")
	if !ok {
		return
	}
	if !b.Has("read_only") {
		m.ReadOnly = true
	}
	switch v := f.Value.(type) {
	case *manifest.Artifact:
		m.Artifact = v
	case *manifest.Database:
		d.later = append(d.later, func(*lang.Evaluation) { m.Generated = v.File })
	}
}

// bindPath reads where a bind of a service is.
func (d *decoder) bindPath(b *lang.Block, m *manifest.Mount, of string) {
	for _, name := range []string{"create", "made_by", "copy"} {
		if b.Given(name) && !b.Given("bind") {
			b.Evaluation().Errorf(ruleMount, b.NameRange(name), "Only a bind supports %s.", name)
		}
	}
	if m.Bind == "" {
		return
	}
	m.Create = b.Bool("create")
	f, made := lang.Ref[*manifest.Action](b, "made_by")
	if made {
		m.MadeBy = &manifest.ActionRef{Action: f.Value, Range: f.Range}
	}
	mount := paths.Mount{Mount: m, Address: of, Path: m.Bind, Range: b.AttrRange("bind"), Never: b.Failed("copy", "read_only", "made_by")}
	switch {
	case b.Bool("copy"):
		mount.Must = b.NameRange("copy")
	case b.Given("copy"):
		mount.Never = true
	}
	d.mounts = append(d.mounts, mount)
	m.Bind = paths.Resolve(b, paths.Use{Argument: "bind", Use: manifest.BindPath, Path: m.Bind, Range: b.AttrRange("bind"), Made: made || m.Create || b.Failed("create", "made_by")})
}
