//! The tenants that a login sees, and their devices.

use obhut_archive::Role;
use serde_json::json;

use crate::house::{Ask, House, problem};

#[tokio::test]
async fn a_login_sees_its_tenants_and_no_other() {
    let house = House::new().await;
    let other = house.archive.add_tenant("Nord GmbH").await.unwrap().tenant;
    let (pc, _) = house.archive.add_device(house.tenant, "PC 1").await.unwrap();
    let (north, _) = house.archive.add_device(other, "Kasse").await.unwrap();
    house.archive.revoke_device(other, north.device).await.unwrap();
    let all = house.visitor("all", &[(Role::Administrator, None)]).await;
    let one = house.visitor("one", &[(Role::Auditor, Some(other))]).await;

    let mine = json!({ "tenant": house.tenant, "name": "default" });
    let others = json!({ "tenant": other, "name": "Nord GmbH" });
    let tenants = Ask::get("/v1/tenants");
    let told = tenants.clone().by(&all).send(&house).await.json;
    assert_eq!(told["tenants"].as_array().unwrap().len(), 2);
    for tenant in [&mine, &others] {
        assert!(told["tenants"].as_array().unwrap().contains(tenant), "{told}");
    }
    assert_eq!(
        tenants.by(&one).send(&house).await.json,
        json!({ "tenants": [others] })
    );

    let pc = json!({ "device": pc.device, "name": "PC 1", "tenant": house.tenant, "revoked": false });
    let north = json!({ "device": north.device, "name": "Kasse", "tenant": other, "revoked": true });
    let devices = |tenant| Ask::get(&format!("/v1/devices?tenant={tenant}"));
    assert_eq!(
        Ask::get("/v1/devices").by(&one).send(&house).await.json,
        json!({ "devices": [north] })
    );
    assert_eq!(
        devices(other).by(&one).send(&house).await.json,
        json!({ "devices": [north] })
    );
    assert_eq!(
        devices(house.tenant).by(&all).send(&house).await.json,
        json!({ "devices": [pc] })
    );
    let both = Ask::get("/v1/devices").by(&all).send(&house).await.json;
    assert_eq!(both["devices"].as_array().unwrap().len(), 2);
    assert_eq!(
        problem(&devices(house.tenant).by(&one).send(&house).await),
        (404, "not-found")
    );
}

#[tokio::test]
async fn a_tenant_that_is_none_is_not_there_and_a_field_that_is_none_is_named() {
    let house = House::new().await;
    let cookie = house.visitor("olga", &[(Role::Auditor, None)]).await;
    for path in [
        "/v1/devices?tenant=0192f000-0000-7000-8003-000000000001",
        "/v1/devices?tenant=default",
    ] {
        assert_eq!(
            problem(&Ask::get(path).by(&cookie).send(&house).await),
            (404, "not-found")
        );
    }
    let answer = Ask::get("/v1/devices?tenent=1").by(&cookie).send(&house).await;
    assert_eq!(problem(&answer), (400, "request-malformed"));
    assert!(answer.text.contains("tenent"), "{}", answer.text);
}
