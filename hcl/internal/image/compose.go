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
	{Key: "pull", Why: "The versions of base images stand in the manifest."},
	{Key: "secrets.*", Write: "mounts = [\"type=secret,id=NAME,target=…,mode=…\"] of a step"},
	{Key: "shm_size", Why: "A build has the builder's limits."},
	{Key: "tags", Write: "tag = …", Why: "An image has one; push gives it another."},
	{Key: "ulimits", Why: "A build has the builder's limits."},
}
