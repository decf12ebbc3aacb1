"""The list of visits: what is back, what is ahead, what is cut off, what is passed over."""

from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.tui.visits import FLEET, Visit, Visits


def nodes(name: str) -> Visit:
    return Visit(name, "nodes")


A, B, C = nodes("a"), nodes("b"), nodes("c")


def there(_name: str) -> bool:
    return True


def went(*visits: Visit, most: int = 50) -> Visits:
    walk = Visits(visits[0], most=most)
    for visit in visits[1:]:
        walk.go(visit)
    return walk


def test_one_walks_back_and_ahead_through_what_was_visited() -> None:
    visits = went(FLEET, A, B)
    assert [visits.step(-1, there), visits.step(-1, there), visits.step(-1, there)] == [A, FLEET, None]
    assert [visits.step(1, there), visits.step(1, there), visits.step(1, there)] == [A, B, None]


def test_going_somewhere_else_cuts_off_what_was_ahead() -> None:
    visits = went(FLEET, A, B)
    visits.step(-1, there)
    visits.go(C)
    assert visits.step(1, there) is None
    assert [visits.step(-1, there), visits.step(-1, there)] == [A, FLEET]


def test_going_to_what_is_just_ahead_cuts_off_nothing() -> None:
    visits = went(FLEET, A, FLEET, B)
    visits.step(-1, there)
    visits.step(-1, there)
    visits.go(FLEET)
    assert visits.step(1, there) == B


def test_deployments_seen_one_after_the_other_through_the_fleet_are_all_found_again() -> None:
    visits = went(FLEET, A, FLEET, B, FLEET, C)
    seen = [visits.step(-1, there) for _ in range(5)]
    assert seen == [FLEET, B, FLEET, A, FLEET]


def test_showing_what_is_shown_is_no_visit() -> None:
    visits = went(FLEET, A, A, A)
    assert visits.step(-1, there) == FLEET


def test_a_visit_keeps_how_it_was_left_and_that_of_another_place_is_not_taken_for_it() -> None:
    visits = went(FLEET, A)
    visits.leave(A._replace(cursor="emqx@10.0.0.2", filter="core"))
    visits.leave(B._replace(cursor="emqx@10.9.9.9"))
    visits.go(B)
    assert visits.step(-1, there) == Visit("a", "nodes", cursor="emqx@10.0.0.2", filter="core")


def test_what_is_no_longer_there_is_passed_over_and_so_is_the_same_place_behind_it() -> None:
    visits = went(FLEET, A, FLEET, B, FLEET)
    assert visits.step(-1, {"a"}.__contains__) == A
    assert visits.step(1, {"a"}.__contains__) == FLEET
    assert went(FLEET, A, FLEET).step(-1, set[str]().__contains__) is None


def test_kinds_of_rows_of_one_deployment_are_places_of_their_own() -> None:
    alarms = Visit("a", "alarms")
    visits = went(A, alarms)
    assert visits.step(-1, there) == A


def test_the_oldest_visits_give_way() -> None:
    visits = went(FLEET, *[nodes(str(number)) for number in range(200)])
    back = []
    while (visit := visits.step(-1, there)) is not None:
        back.append(visit.deployment)
    assert back == [str(number) for number in range(198, 149, -1)]


what_is_done = st.one_of(st.sampled_from([FLEET, A, B, C]), st.sampled_from([-1, 1]), st.sampled_from(["a", "b", "c"]))
"""A place to go to, a direction to step in, a deployment that is removed."""


@given(st.lists(what_is_done, max_size=60), st.integers(1, 8))
def test_whatever_is_done_a_step_leads_elsewhere_and_back_again(done: list[Visit | int | str], most: int) -> None:
    visits, existing = Visits(FLEET, most=most), {"a", "b", "c"}
    for one in done:
        if isinstance(one, Visit):
            if one.deployment is None or one.deployment in existing:
                visits.go(one)
                assert visits.here.place == one.place
        elif isinstance(one, int):
            before = visits.here
            reached = visits.step(one, existing.__contains__)
            assert visits.here == (before if reached is None else reached)
            if reached is not None:
                assert reached.place != before.place
                assert reached.deployment is None or reached.deployment in existing
                if before.deployment is None or before.deployment in existing:
                    assert visits.step(-one, existing.__contains__) is not None
                    assert visits.step(one, existing.__contains__) is not None
        else:
            existing.discard(one)
