//go:build race

package main

// raced: the race detector makes each test several times slower.
const raced = true
