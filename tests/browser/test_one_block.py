"""One block, one card: an agency may publish a block at several points, and whoever presses one of them means the block."""

from playwright.sync_api import Page, expect

from tests.browser.reading import LAST_90_DAYS, Site, open_map

BLOCK = "9900 block of N Several Points Ave"


def test_each_point_of_a_block_shows_the_whole_block(page: Page, site: Site) -> None:
    points = site.ask(
        "select array_agg(anchor_id order by n desc, anchor_id) from (select anchor_id, count(*) as n from open.incident join open.anchor using"
        f" (anchor_id) where status = 'located' and kind = 'block' and {LAST_90_DAYS} group by anchor_id order by n desc limit 3) most"
    )
    with site.database.owner.connect() as connection:
        connection.execute("update open.anchor set name = %s where anchor_id = any(%s)", (BLOCK, points))
    here = site.count(f"a.anchor_id in ({', '.join(map(str, points))})")
    assert here > 3
    for point in points:
        open_map(page, site, f"?anchor={point}", fresh=True)
        expect(page.locator("#place-card-title")).to_have_text(BLOCK)
        expect(page.locator(".card")).to_contain_text(
            f"{here} of the reported incidents of this selection stand in this block, at 3 points."
        )
        expect(page.locator(".card-rows li")).to_have_count(here)
    open_map(page, site, "?tab=words")
    line = page.locator(".in-words .word-table tbody tr").filter(has_text=BLOCK)
    expect(line).to_have_count(1)
    expect(line.locator("td.number")).to_have_text(str(here))
