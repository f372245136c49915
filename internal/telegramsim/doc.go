// Package telegramsim plays Telegram on laptops and in tests: a chat page that people click through, the
// calls of a Telegram client as JSON, and the Bot API for the website's bot, all in one HTTP handler with
// its state in memory.
//
// It is NOT Telegram, and not for production. Whoever reaches it can be anybody, and it signs login data
// with whatever token it was given. Give it no token of a real bot. It says so on each page, in the header
// X-Stand-In of each answer and in the first log line; it answers only to loopback names and to those it was
// told; cmd/telegram-sim listens on loopback unless told otherwise.
//
// The package owns the faithful imitation and the faults on demand. It shares no code with the packages
// that check login data or talk to Telegram: one misreading of Telegram's documentation, used on both
// sides, would cancel itself out. It is called by cmd/telegram-sim, cmd/demo and tests.
//
// # The page
//
// GET /<username>?start=<payload>&as=<person id> opens the chat as a t.me link does. The person one plays is
// in the address and never in a cookie: browsers send cookies to all ports of a host, so a cookie of ours
// would reach the website, and the website's arrives here (it is dropped unread). Everything works
// without JavaScript; a form that sends or presses something waits up to three seconds for the bot's
// answer. Elements with stable ids, for browser tests:
//
//	#start                        the START button; there until the bot may write, or with a start parameter
//	#message #send                the text field and its button
//	#block #unblock               block the bot, or let it write again
//	#messages .message            the messages, oldest first
//	[data-button]                 keyboard buttons; #press-<msg_id>-<button_id> is one of them
//	#dialog                       the question of a login button
//	#login #write                 its ticks: log in; let the bot write (only if the button asks for it)
//	#accept                       log in; with #login off, open the plain address
//	#refuse                       open the plain address (desktop)
//	#decline                      open nothing, back to the chat (Android)
//	#person                       who one is; the id is in its attribute data-id
//	[data-person="<person id>"]   links to be somebody else
//	#steps                        the protocol behind it, the newest step first; #step-<number> is one of them
//
// Button ids count from 1 within a message.
//
// GET /group?as=<person id> is the same page for the one group, chat -1001, in which all people and all bots are,
// without START and Block. Bots get every message of people there, as administrators do, and write to it by its
// id. Its buttons are for people who may never have written to the bot: who logs in without the tick #write
// stays somebody to whom the bot can't write. With the tick, the private chat gets the service message.
// The pages lead to each other; the forms carry group=1 in place of peer.
//
// # The client calls
//
// POST /client/<method> takes and returns JSON with the field names of Telegram's TL schema: "as" is the
// person who acts and "peer" the bot's username; "group":true in place of "peer" names the group. Methods:
// messages.requestUrlAuth, messages.acceptUrlAuth, messages.declineUrlAuth, messages.sendMessage,
// messages.getHistory (newest first; "min_id", and "wait", the seconds to wait for a bot to write after min_id),
// messages.getBotCallbackAnswer, contacts.block and contacts.unblock (with "id" in place of "peer", and never for
// the group), account.deleteAccount (for ever: the person can do nothing any more, and no bot can write to it).
// Refusals are {"_":"rpc_error","error_code":…, "error_message":…} with the code as HTTP status.
// GET /client/people lists who one can be.
//
// # The Bot API
//
// /bot<token>/<method>, by GET or POST, with parameters in the query, a form, multipart or JSON: getMe,
// getUpdates, sendMessage, sendChatAction, getChat, answerCallbackQuery, setWebhook, deleteWebhook,
// getWebhookInfo, setMyCommands, getMyCommands.
//
// # Webhooks
//
// After setWebhook each update is sent by POST to the address, http or https, never by way of a proxy, with the
// header X-Telegram-Bot-Api-Secret-Token if there is a secret. An answer from 200 to 299 confirms it, and its
// body is ignored. Anything else, redirects among it, and no answer within 10 seconds repeat it: after 100 ms,
// then after twice the pause before, up to a minute, or after the seconds of the answer's Retry-After, up to an
// hour; until the update is a day old. Config.WebhookRetry changes the pace. getWebhookInfo says what went wrong
// last, in Telegram's words. What is not confirmed when the webhook is deleted or moved stays pending.
//
// Sim.Close ends the deliveries; whoever makes a Sim should call it.
//
// # Faults
//
// GET, PUT and DELETE /control/faults read, replace and reset the Faults; GET /control is the page for it. For
// example, this makes the Bot API an unreliable place for messages, and only for them:
//
//	PUT /control/faults {"api_mix":["","429:1","","502","cut_off","","html","slow:3000","timeout"]}
//
// # The protocol, to look at
//
// Beside the chat stands what happens behind it, for the person one plays: calls of the client with their results,
// updates, calls of the Bot API about this person, deliveries to a webhook and, of each login, the signed address
// taken apart, with the data-check-string and the hash over it. GET /control/protocol?as=<person id> has the same
// as JSON, oldest first: {"steps":[{"number", "at", "from", "to", "method", "fields", "result", "link"}, …]}. The
// newest 200 steps of each person are kept, a long text cut to 4 KiB, the fields of a step to 16. Bot tokens, secrets
// of webhooks and passwords in addresses are taken out wherever they stand, and of a webhook's address only the host is
// shown; signed addresses are, so that whoever can be a person here can see that person's links. Calls that are
// about nobody, such as getUpdates, setWebhook and answerCallbackQuery, are left out.
//
// # What a bot sent
//
// GET /control/sends?bot=<username> answers with what the calls of sendMessage looked like when they arrived
// here, by Config.Now: calls, carried_out, most_per_second and most_per_second_per_chat (the largest numbers
// within any second), calls_during_flood_wait (those that came although the bot had been told to wait longer),
// and latest_in_flood_wait_ms (how long after the beginning of such a wait the latest of them came). DELETE starts the counts again. Without bot it is the first one. Which messages arrived, and how
// often, is in the history of each chat.
//
// # Where it differs from Telegram, or had to guess
//
//   - Plain http and hosts without a dot are allowed in login buttons, as in Telegram's test environment.
//   - The linked domain must match exactly; whether Telegram accepts sub-domains is not known.
//   - A login is accepted without a dialog once the person has logged in to this bot with write access.
//     Having written to the bot lets the bot write, and does not skip the dialog.
//   - The address that comes back keeps the button's own query, with the data behind it and before a fragment;
//     an own parameter with the name of a field is replaced. Telegram's algorithm is not published.
//   - connected_website is sent at each login with write access through the dialog, before the browser gets
//     its address. Telegram promises neither the order nor the repetition. While the person blocks the bot,
//     the tick changes nothing and nothing is sent.
//   - sendChatAction fails with the texts of sendMessage; getChat knows who wrote to the bot or allowed it.
//   - Unblocking lets the bot write, also to somebody who never wrote to it.
//   - Updates of one chat begin to be delivered to a webhook in order, but one that fails does not hold back those
//     behind it. At Telegram it does, until it is confirmed or a day old, for the updates of the same chat.
//   - Telegram's own pauses between repeats begin at a second. A method in a webhook's answer is not called, a
//     certificate of one's own can't be given, and a webhook that answers 410 for long is not given up.
//   - Update ids come from the clock in milliseconds at the start, so that a restart repeats none; they do not
//     fit into 32 bits. Message ids count per chat.
//   - Numbers that cannot be read are refused; Telegram takes them for 0. A parse_mode is refused, since
//     messages are shown as plain text, and so is a link without a scheme, which Telegram completes.
//   - setMyCommands keeps one list, whatever the scope and the language.
//   - Flood limits are off unless Faults.APILimits is on, and exact then; Telegram's are neither promised nor exact.
//   - There are no channels, Mini Apps or other kinds of keyboards, no groups but the one, and no BotFather:
//     Config.Bots says what is registered and linked.
package telegramsim
