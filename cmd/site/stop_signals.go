package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// hardStop is when the program ends whatever has not: more than all that a stop
// waits for in its turn, and less than the 45 seconds after which the samples in
// deploy/ have it killed.
const hardStop = 40 * time.Second

// stopSignals returns a context that ends at the first signal to stop, and a
// channel that is closed at the second one.
func stopSignals(ctx context.Context) (context.Context, <-chan struct{}) {
	ctx, stop := context.WithCancel(ctx)
	hurry := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		stop()
		time.AfterFunc(hardStop, func() {
			fmt.Fprintln(os.Stderr, "site: not stopped after", hardStop, "- ending")
			os.Exit(1)
		})
		<-signals
		close(hurry)
	}()
	return ctx, hurry
}
