"""Typing into the search box: filtering, haste, late answers, nothing found."""

import json

from playwright.sync_api import Request, Route, expect

from tests.browser.demo import API, Demo


def term(request: Request) -> str:
    """Read the search term that a request carries; a request for a file carries none."""
    return str(json.loads(request.post_data)["search"]["value"]) if request.post_data else ""


def test_typing_filters(demo: Demo) -> None:
    email = demo.column("email")[3]
    demo.search_box.fill(email)
    expect(demo.info).to_have_text("1 to 1 of 1 matching · 500 in all")
    assert demo.column("email") == [email]


def test_words_quotes_and_negation_work_as_the_label_says(demo: Demo) -> None:
    user, domain = demo.column("email")[5].split("@")
    demo.search_box.fill(f'{domain} "{user}"')
    expect(demo.info).to_have_text("1 to 1 of 1 matching · 500 in all")
    demo.search_box.fill(f"!{user}")
    expect(demo.info).to_have_text("1 to 10 of 499 matching · 500 in all")


def test_a_total_that_is_at_least_is_shown_with_a_plus(demo: Demo) -> None:
    def counted_no_further(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "recordsFiltered": 100, "recordsFilteredRelation": "gte"})

    demo.page.route(API, counted_no_further, times=1)
    demo.search_box.fill("e")
    expect(demo.info).to_have_text("1 to 10 of 100+ matching · 500 in all")
    demo.search_box.fill("")
    expect(demo.info).to_have_text("1 to 10 of 500 users")


def test_markup_in_a_row_is_inert(demo: Demo) -> None:
    markup = "<script>alert(1)</script><img src=x onerror=alert(2)> &lt;b&gt;"

    def put_markup(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(
            json={**answer, "data": [{**answer["data"][0], "name": markup, "city": markup}]}
        )

    demo.page.route(API, put_markup, times=1)
    demo.turn_to("Next")
    expect(demo.rows).to_have_count(1)
    assert demo.column("name") == demo.column("city") == [markup]
    assert demo.page.locator("#users tbody :is(script, b, img)").count() == 0


def test_hasty_typing_asks_seldom_and_the_last_word_wins(demo: Demo) -> None:
    asked: list[str] = []
    demo.page.on("request", lambda request: asked.append(term(request)))
    word = demo.column("email")[2]
    with demo.page.expect_response(lambda response: term(response.request) == word):
        demo.search_box.press_sequentially(word, delay=20)
    assert demo.column("email") == [word]
    assert len(asked) < len(word) / 2


def test_a_late_answer_does_not_overwrite_a_newer_one(demo: Demo) -> None:
    early, late = demo.column("email")[:2]
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if term(route.request) == early:
            held.append(route)
        else:
            route.continue_()

    demo.page.route(API, hold_the_first)
    with demo.page.expect_request(API):
        demo.search_box.fill(early)
    demo.search_box.fill(late)
    expect(demo.rows).to_have_count(1)
    assert len(held) == 1
    held[0].continue_()
    demo.page.wait_for_timeout(300)
    assert demo.column("email") == [late]


def test_nothing_found_says_so_and_offers_the_way_back(demo: Demo) -> None:
    demo.search_box.fill("no <b>such</b> user")
    expect(demo.table).to_contain_text("No users match no <b>such</b> user")
    expect(demo.info).to_have_text("No matching users · 500 in all")
    demo.page.get_by_role("button", name="Clear the search").click()
    expect(demo.rows).to_have_count(10)
    expect(demo.search_box).to_have_value("")
    expect(demo.search_box).to_be_focused()


def test_notices_are_shown_as_text_and_go_with_the_next_answer(demo: Demo) -> None:
    def add_notice(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "notices": ["“<b>x</b>” is not a date."]})

    demo.page.route(API, add_notice, times=1)
    demo.turn_to("Next")
    notices = demo.page.locator("#notices li")
    expect(notices).to_have_text(["“<b>x</b>” is not a date."])
    demo.turn_to("Next")
    expect(notices).to_have_count(0)
