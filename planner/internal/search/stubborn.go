package search

// stubborn is not there yet.
type stubborn struct{}

func newStubborn(*Task) *stubborn { return nil }

func (*stubborn) filter(_ *eval, ops []int32) []int32 { return ops }
