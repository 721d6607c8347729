package image

import "github.com/omegagen/omegagen/hcl/internal/lang"

// buildKeys are the keys of `build` of a Compose service.
var buildKeys = []lang.ComposeKey{
	{Key: "args", Write: "build_args = { … }"},
	{Key: "cache_to", Why: "The docker driver, which Compose builds with, can't export a cache."},
	{Key: "dockerfile_inline", Write: "stages"},
	{Key: "entitlements", Why: "It needs a builder that was made to allow them."},
	{Key: "extra_hosts", Why: "A build that needs names of this machine doesn't repeat elsewhere."},
	{Key: "isolation", Why: "Windows alone has kinds of it."},
	{Key: "no_cache", Why: "It builds anew what hasn't changed, at each deployment."},
	{Key: "no_cache_filter", Why: "It builds anew what hasn't changed, at each deployment."},
	{Key: "privileged", Why: "It needs a builder that was made to allow it."},
	{Key: "provenance", Why: "It needs another builder than the docker driver."},
	{Key: "pull", Why: "The versions of base images stand in the manifest."},
	{Key: "sbom", Why: "It needs another builder than the docker driver."},
	{Key: "shm_size", Why: "A build has the builder's limits."},
	{Key: "tags", Write: "tag = …", Why: "An image has one."},
	{Key: "ulimits", Why: "A build has the builder's limits."},

	{Key: "additional_contexts", Why: "deploy.sh builds with one context."},
	{Key: "cache_from", Why: "The machine's own cache is used."},
	{Key: "network", Why: "A run step has network = …"},
	{Key: "platforms", Write: "platform = …"},
	{Key: "secrets", Why: "A build is given none."},
	{Key: "ssh", Why: "A build is given no keys."},
}
