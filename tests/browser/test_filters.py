"""Filters: in the headings, compound ones, as chips, and what they found where."""

import json
from datetime import UTC, date, datetime

from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.models import Address, User
from tests.browser.demo import API, Demo


def matching(engine: Engine, *conditions: object) -> str:
    """Count what a filter has to find, and say it as the page does."""
    with Session(engine) as session:
        query = select(func.count(User.id)).outerjoin(User.address).where(*conditions)
        return f"of {session.scalar(query):,} matching"


def open_filter(demo: Demo, key: str) -> None:
    """Press the button in a heading that opens its filter."""
    demo.heading(key).get_by_role("button").nth(1).click()
    expect(demo.page.locator(".dtcc-dropdown")).to_be_visible()


def test_a_value_is_picked_in_the_heading_and_taken_away_by_its_chip(
    demo: Demo, seeded_engine: Engine
) -> None:
    open_filter(demo, "country")
    demo.page.locator(".dtcc-dropdown").get_by_role("button", name="Germany").click()
    expect(demo.info).to_contain_text(matching(seeded_engine, Address.country == "Germany"))
    assert set(demo.rows.locator("td.country .value").all_text_contents()) == {"Germany"}
    expect(demo.chips).to_have_text(["Country is Germany✕"])
    demo.page.get_by_role("button", name="Remove the filter Country is Germany").click()
    expect(demo.info).to_have_text("1 to 10 of 500 users")
    expect(demo.chips).to_have_count(0)
    expect(demo.page.locator("#filter")).to_be_focused()


def test_number_date_text_and_status_filter_by_their_kinds(
    demo: Demo, seeded_engine: Engine
) -> None:
    open_filter(demo, "balance")
    box = demo.page.locator(".dtcc-dropdown")
    box.get_by_label("Balance comparison").select_option("greater")
    box.get_by_label("Balance value").fill("50000")
    expect(demo.info).to_contain_text(matching(seeded_engine, User.balance > 50000))
    expect(demo.chips).to_have_text(["Balance > 50,000✕"])
    demo.page.keyboard.press("Escape")
    open_filter(demo, "active")
    demo.page.locator(".dtcc-dropdown").get_by_role("button", name="Inactive").click()
    expect(demo.info).to_contain_text(
        matching(seeded_engine, User.balance > 50000, User.active.is_(False))
    )
    demo.page.keyboard.press("Escape")
    demo.chips.first.click()
    demo.chips.first.click()
    expect(demo.info).to_have_text("1 to 10 of 500 users")
    open_filter(demo, "created_at")
    field = demo.page.locator(".dtcc-dropdown").get_by_label("Created, UTC value")
    expect(field).to_have_attribute("type", "date")
    demo.page.locator(".dtcc-dropdown").get_by_label("comparison").select_option("less")
    field.fill("2018-01-01")
    expect(demo.chips).to_have_text(["Created, UTC before 2018-01-01✕"])
    expect(demo.info).to_contain_text(
        matching(seeded_engine, User.created_at < datetime(2018, 1, 1, tzinfo=UTC))
    )


def test_the_compound_filter_asks_for_dates_with_the_browsers_calendar(
    demo: Demo, seeded_engine: Engine
) -> None:
    demo.press("+ Filter")
    builder = demo.page.locator("#builder")
    fields = builder.locator("input.dtsb-value")
    builder.get_by_label("Column").select_option(label="Birthday")
    builder.get_by_label("Condition", exact=True).select_option(label="After")
    expect(fields).to_have_attribute("type", "date")
    fields.fill("2000-01-01")
    expect(demo.info).to_contain_text(matching(seeded_engine, User.birthday > date(2000, 1, 1)))
    builder.get_by_role("button", name="Add a condition").click()
    builder.get_by_label("Column").last.select_option(label="Balance")
    builder.get_by_label("Condition", exact=True).last.select_option(label="Between")
    fields.nth(1).fill("1000")
    fields.nth(2).fill("50000")
    both = (User.birthday > date(2000, 1, 1), User.balance.between(1000, 50000))
    expect(demo.info).to_contain_text(matching(seeded_engine, *both))
    expect(demo.chips).to_have_text(["Birthday > 2000-01-01✕", "Balance between 1000 and 50000✕"])
    demo.chips.first.click()
    expect(demo.info).to_contain_text(matching(seeded_engine, User.balance.between(1000, 50000)))
    demo.press("+ Filter")
    expect(builder).to_be_hidden()


def test_filters_are_loaded_when_they_are_first_used(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    demo = Demo(page)
    demo.open()
    assert not [url for url in asked if "columncontrol" in url or "searchbuilder" in url]
    open_filter(demo, "city")
    assert [url for url in asked if "columncontrol" in url]


def test_hits_are_marked_as_the_server_finds_them(demo: Demo) -> None:
    row = {"name": "Zoë <b>Weiß</b>", "email": "zoe@example.org", "city": "Złotów"}
    first = demo.page.evaluate("new DataTable.Api('#users').row(0).data()")

    def answer(route: Route) -> None:
        found = route.fetch().json()
        route.fulfill(json={**found, "recordsFiltered": 1, "data": [{**first, **row}]})

    demo.page.route(API, answer)
    demo.search_box.fill('zoe "weiss" zlotow !nobody')
    expect(demo.page.locator("#users mark")).to_have_text(["Zoë", "Weiß", "zoe", "Złotów"])
    assert demo.page.locator("#users tbody b").count() == 0


def test_a_hit_out_of_sight_is_said(demo: Demo, seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        user = session.scalars(
            select(User).join(Address).where(Address.postcode.like("_____")).limit(1)
        ).one()
        postcode = user.address.postcode
    demo.search_box.fill(postcode)
    expect(demo.rows.first.locator(".second")).to_contain_text("matched in ")
    expect(demo.page.locator("#users mark").first).to_contain_text(postcode)


def test_what_is_asked_is_what_the_chips_say(demo: Demo) -> None:
    with demo.page.expect_request(API) as asked:
        demo.page.goto("./?country=France&country=Germany&balance=greaterOrEqual:1000")
    columns = {c["data"]: c["columnControl"] for c in json.loads(asked.value.post_data)["columns"]}
    assert columns["country"]["list"] == {"0": "France", "1": "Germany"}
    assert columns["balance"]["search"]["value"] == "1000"
    expect(demo.chips).to_have_text(["Country is France or Germany✕", "Balance ≥ 1,000✕"])
