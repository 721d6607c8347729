package dockerfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/opencontainers/go-digest"
)

// SameBuild reports whether two Dockerfiles are the same build for BuildKit, with these arguments and
// this target: the same operations, which give the same layers, and the same settings of the image except
// labels and its healthcheck. The error says what differs. Nothing is fetched.
func SameBuild(a, b []byte, args map[string]string, target string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("BuildKit fails: %v", p)
		}
	}()
	one, config, err := operations(a, args, target)
	if err != nil {
		return err
	}
	two, other, err := operations(b, args, target)
	if err != nil {
		return err
	}
	if !slices.Equal(one, two) {
		return errors.New("stages would build it otherwise")
	}
	if config != other {
		return errors.New("stages would give the image other settings")
	}
	return nil
}

// layered resolves every base image to a Linux image with one layer: BuildKit treats one without layers
// as scratch.
type layered struct{}

// ResolveImageConfig implements llb.ImageMetaResolver.
func (layered) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	ref, id, config, err := anyImage{}.ResolveImageConfig(ctx, ref, opt)
	return ref, id, append(config[:len(config)-1], fmt.Sprintf(`,"rootfs":{"type":"layers","diff_ids":[%q]}}`, digest.FromString(ref))...), err
}

// operations are the operations of a build, sorted, and the settings of the image.
func operations(source []byte, args map[string]string, target string) (ops []string, config string, err error) {
	ctx := context.Background()
	files := llb.Local("context", llb.LocalUniqueID("context")) // BuildKit's own has a random name
	result, err := dockerfile2llb.Dockerfile2LLB(ctx, source, dockerfile2llb.ConvertOpt{MetaResolver: layered{}, MainContext: &files, Config: dockerui.Config{BuildArgs: args, Target: target}})
	if err != nil {
		return nil, "", err
	}
	definition, err := result.State.Marshal(ctx, llb.LinuxAmd64)
	if err != nil {
		return nil, "", err
	}
	for _, op := range definition.Def {
		ops = append(ops, string(op))
	}
	slices.Sort(ops)
	settings := result.Image.Config
	settings.Labels, settings.Healthcheck = nil, nil
	text, err := json.Marshal(settings)
	return ops, string(text), err
}
