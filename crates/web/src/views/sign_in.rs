//! Signing in: by access token, or on a node of the demonstration by choosing a person to play.

use super::frame::{Frame, form_token, page};
use maud::{Markup, html};

/// An officer of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// How the form names him; never his token.
    pub id: String,
    /// His name.
    pub name: String,
    /// His function in words.
    pub role_name: String,
    /// His authority in words.
    pub authority_name: String,
    /// What he may do here, in a sentence.
    pub text: String,
}

/// The sign-in page; `personas` is none where officers have tokens.
pub fn sign_in(frame: &Frame, personas: Option<&[Persona]>, wrong: bool) -> Markup {
    page(
        frame,
        &html! {
            h1 { "Sign in" }
            @if wrong {
                div.notice.bad role="alert" { p { strong { "This access token is not known." } " Check it, or ask the operator of your node." } }
            }
            @match personas {
                Some(personas) => (persona_cards(frame, personas)),
                None => (token_form(frame)),
            }
        },
    )
}

fn persona_cards(frame: &Frame, personas: &[Persona]) -> Markup {
    html! {
        p.lead { "This is a demonstration: the people and the data are made up. Choose whom to play." }
        ul.cards {
            @for persona in personas {
                li {
                    form.card method="post" action="/sign-in" {
                        (form_token(&frame.form_token))
                        input type="hidden" name="persona" value=(persona.id);
                        h2 { (persona.name) }
                        p.muted { (persona.role_name) " · " (persona.authority_name) }
                        p { (persona.text) }
                        button type="submit" { "Continue as " (persona.name) }
                    }
                }
            }
        }
    }
}

fn token_form(frame: &Frame) -> Markup {
    html! {
        form.narrow method="post" action="/sign-in" {
            (form_token(&frame.form_token))
            div.field {
                label for="token" { "Access token" }
                p.hint #token-hint { "Your authority has given it to you. It stays in this browser until you sign out." }
                input #token name="token" type="password" autocomplete="current-password" required aria-describedby="token-hint";
            }
            button type="submit" { "Sign in" }
        }
    }
}
