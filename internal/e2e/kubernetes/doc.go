// Package kubernetes runs Kubernetes' own API server for tests: built from the module proxy, once, and started
// with an etcd of Debian's on loopback, with keys and folders of its own that are removed afterwards. It is a
// module of its own, which omegagen's doesn't import, and uses omegagen as its users do: as a program.
//
// There are no controllers and no nodes: objects are checked, defaulted and stored, and nothing runs. Rollout
// stands in for the controllers where a test waits for them.
package kubernetes
