package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"example.com/telegram-login/bench/load"
)

// browserHeaders are what a browser sends that was opened from Telegram. The floors
// get them too.
const browserHeaders = "Host: localhost\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Accept-Language: en-US,en;q=0.9\r\n" +
	"Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\nSec-Fetch-User: ?1\r\n" +
	"Upgrade-Insecure-Requests: 1\r\n"

// finish ends a request whose first line has been begun. It comes from one of
// sixteen million clients: the limits on failures count for each of them.
func finish(b []byte, cookies string) []byte {
	b = append(b, " HTTP/1.1\r\n"+browserHeaders+"X-Forwarded-For: 10."...)
	client := rand.Uint32()
	for i := range 3 {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(client>>(8*i)&0xff), 10)
	}
	if cookies != "" {
		b = append(b, "\r\nCookie: "...)
		b = append(b, cookies...)
	}
	return append(b, "\r\n\r\n"...)
}

// requests makes the requests of one connection; see [load.Load].
type requests = func(connection int) func([]byte) []byte

// always asks for the same path, with the cookies of one of many people.
func always(path string, people ...string) requests {
	return func(int) func([]byte) []byte {
		return func(b []byte) []byte {
			cookies := ""
			if len(people) > 0 {
				cookies = people[rand.IntN(len(people))]
			}
			b = append(b, "GET "...)
			return finish(append(b, path...), cookies)
		}
	}
}

// logins brings a fresh link each time, of the person that next names.
func logins(path string, next func() int64) requests {
	return func(int) func([]byte) []byte {
		signer := load.NewSigner(botToken)
		return func(b []byte) []byte {
			b = append(b, "GET "...)
			b = append(b, path...)
			b = append(b, '?')
			return finish(signer.AppendLink(b, next(), time.Now()), "")
		}
	}
}

// forgeries brings links that are whole, and signed with another key.
func forgeries(path string) requests {
	return func(int) func([]byte) []byte {
		signer := load.NewSigner("123456:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB")
		return func(b []byte) []byte {
			b = append(b, "GET "...)
			b = append(b, path...)
			b = append(b, '?')
			return finish(signer.AppendLink(b, stranger(), time.Now()), "")
		}
	}
}

const maxTelegramID = 1 << 52

// stranger is somebody who has not been here before.
func stranger() int64 { return rand.Int64N(maxTelegramID) + 1 }

// anyOf names one of the people from 1 to n.
func anyOf(n int64) func() int64 { return func() int64 { return rand.Int64N(n) + 1 } }
