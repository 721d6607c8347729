package sql

type catalog struct{}

func (c *checker) schema()     {}
func (c *checker) statements() {}
