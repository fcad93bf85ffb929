"""Rows, order and pages, as the reader meets them."""

from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.models import User
from tests.browser.demo import Demo


def test_the_first_rows_are_the_first_users(demo: Demo, seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        names = session.scalars(select(User.name).order_by(User.id).limit(10)).all()
    assert demo.column("name") == list(names)
    expect(demo.info).to_have_text("1 to 10 of 500 users")


def test_the_fourteen_columns_of_the_contract_are_there(demo: Demo) -> None:
    shown = demo.page.locator("#users thead th").evaluate_all(
        "all => all.map(th => th.dataset.key)"
    )
    assert shown == [
        "id", "name", "company", "city", "country", "balance", "active", "created_at",
    ]  # fmt: skip
    keys = demo.page.locator("#columns input").evaluate_all("all => all.map(box => box.value)")
    assert set(keys) == {
        "id", "name", "email", "phone", "company", "birthday", "balance", "active", "created_at",
        "street", "city", "state", "postcode", "country",
    }  # fmt: skip


def test_values_are_written_for_people(demo: Demo, seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        user = session.scalars(
            select(User).where(User.balance > 1000, User.birthday.is_not(None)).limit(1)
        ).one()
        email, balance, birthday = user.email, user.balance, user.birthday
    assert balance is not None
    assert birthday is not None
    demo.open("?columns=name,balance,birthday")
    demo.search_box.fill(email)
    expect(demo.rows).to_have_count(1)
    assert demo.column("balance") == [f"{balance:,.2f}"]
    assert demo.column("birthday") == [f"{birthday:%b} {birthday.day}, {birthday.year}"]


def test_a_missing_value_is_a_quiet_dash(demo: Demo) -> None:
    demo.open("?columns=id,name,phone")
    demo.sort("phone").click()
    expect(demo.heading("phone")).to_have_attribute("aria-sort", "ascending")
    demo.turn_to("Last")
    expect(demo.pager("50")).to_have_attribute("aria-current", "page")
    dash = demo.rows.last.locator("td.phone .cell").evaluate(
        "td => getComputedStyle(td, '::after').content"
    )
    assert demo.column("phone")[-1] == ""
    assert "—" in dash


def test_a_click_on_a_heading_sorts(demo: Demo, seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session:
        query = select(User.balance).where(User.balance.is_not(None)).order_by(User.balance.desc())
        largest = session.scalars(query.limit(10)).all()
    demo.sort("balance").click()
    expect(demo.heading("balance")).to_have_attribute("aria-sort", "ascending")
    demo.sort("balance").click()
    expect(demo.heading("balance")).to_have_attribute("aria-sort", "descending")
    assert demo.column("balance") == [f"{balance:,.2f}" for balance in largest]


def test_pages_turn_and_grow(demo: Demo) -> None:
    demo.turn_to("Next")
    expect(demo.info).to_have_text("11 to 20 of 500 users")
    assert demo.column("id") == [str(number) for number in range(11, 21)]
    demo.turn_to("Last")
    expect(demo.info).to_have_text("491 to 500 of 500 users")
    demo.page.get_by_label("Rows per page").select_option("100")
    expect(demo.rows).to_have_count(100)
