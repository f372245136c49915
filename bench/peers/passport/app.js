import connectPgSimple from "connect-pg-simple";
import express from "express";
import session from "express-session";
import passport from "passport";
import { TelegramStrategy } from "passport-telegram-official";

import { accountPage } from "./account.js";
import { pool } from "./database.js";
import { findUser, saveUser } from "./users.js";

// answer turns a promise into the call that passport expects.
const answer = (promise, done) => promise.then((value) => done(null, value), done);

passport.use(new TelegramStrategy({ botToken: process.env.TELEGRAM_BOT_TOKEN }, (profile, done) => answer(saveUser(profile), done)));
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => answer(findUser(id), done));

export function app() {
  const app = express();
  const Store = connectPgSimple(session);
  app.use(
    session({
      store: new Store({ pool }),
      secret: process.env.SESSION_SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { maxAge: 14 * 24 * 3600 * 1000, sameSite: "lax" },
    }),
  );
  app.use(passport.initialize());
  app.use(passport.session());
  app.get("/login/telegram", passport.authenticate("telegram", { successRedirect: "/account" }));
  app.get("/account", accountPage);
  return app;
}
