package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
)

var benchmarkLine = regexp.MustCompile(`(?m)^Benchmark(Verify|HashFloor)(?:-\d+)?\s+\d+\s+([0-9.]+) ns/op`)

// verify is the check of a link's signature beside the hashing in it.
func (b *bench) verify(ctx context.Context) (result, error) {
	verify, hash := series{name: "checking a link"}, series{name: "the two hashes of its HMAC"}
	for range b.rounds {
		out, err := command(ctx, b.root, "go", "test", "-run", "^$", "-bench", "^Benchmark(Verify|HashFloor)$", "./internal/auth")
		if err != nil {
			return result{}, err
		}
		found := benchmarkLine.FindAllStringSubmatch(out, -1)
		if len(found) != 2 {
			return result{}, fmt.Errorf("unexpected output: %s", out)
		}
		for _, line := range found {
			ns, _ := strconv.ParseFloat(line[2], 64)
			s := sample{perSecond: 1e9 / ns}
			if line[1] == "Verify" {
				verify.samples = append(verify.samples, s)
			} else {
				hash.samples = append(hash.samples, s)
			}
		}
	}
	return result{
		title:    "Checking a signed link",
		says:     "On one processor: parsing strictly, composing the signed text, HMAC-SHA256; beside the hashing alone.",
		series:   []series{verify, hash},
		verdicts: []verdict{{"time to check against its hashing", ratio(hash, verify), atMost, 8}},
	}, nil
}
